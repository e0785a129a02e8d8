// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {AccountState, Ledger} from "./Ledger.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Reputation
/// @dev How much a worker's word weighs, and how it gains and loses that. Scores are kept where the worker's money is;
/// {LedgerLib-settle} adds points in the same write.
library Reputation {
    /// @dev One unit of weight for so many points.
    uint256 private constant POINTS_PER_WEIGHT = 3;

    /// @dev The points that `worker` has.
    function scoreOf(Ledger storage book, address worker) internal view returns (uint256) {
        return book.accounts[worker].score;
    }

    /// @dev The weight of a contribution by `worker`: max(floor(score / 3), 3) - 1, so 2 for a newcomer.
    function weightOf(Ledger storage book, address worker) internal view returns (uint256) {
        return Math.max(scoreOf(book, worker) / POINTS_PER_WEIGHT, 3) - 1;
    }

    /// @dev A third of the points less, rounded down.
    function demote(Ledger storage book, address worker, TaskId taskId) internal {
        AccountState storage state = book.accounts[worker];
        // Fits: it is less than before.
        state.score = uint64((uint256(state.score) * 2) / 3);
        emit IConsensus.FaultyContribution(worker, taskId);
    }
}

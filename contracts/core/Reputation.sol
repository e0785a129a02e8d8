// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {AccountState, Ledger} from "./Ledger.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Reputation
/// @dev The score of workers and the weight of their contributions. A score is stored in the slot of the worker's
/// balance; {LedgerLib-settle} adds points in the same write.
library Reputation {
    /// @dev Score points per unit of weight.
    uint256 private constant POINTS_PER_WEIGHT = 3;

    /// @dev Returns the score of `worker`, in points.
    function scoreOf(Ledger storage book, address worker) internal view returns (uint256) {
        return book.accounts[worker].score;
    }

    /// @dev Returns the weight of a contribution by `worker`: max(floor(score / 3), 3) - 1, so 2 for a newcomer.
    function weightOf(Ledger storage book, address worker) internal view returns (uint256) {
        return Math.max(scoreOf(book, worker) / POINTS_PER_WEIGHT, 3) - 1;
    }

    /// @dev Reduces the score to two thirds, rounded down.
    function demote(Ledger storage book, address worker, TaskId taskId) internal {
        AccountState storage state = book.accounts[worker];
        // This fits: it is not more than before.
        state.score = uint64((uint256(state.score) * 2) / 3);
        emit IConsensus.FaultyContribution(worker, taskId);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IConsensus} from "../interfaces/IConsensus.sol";
import {TaskId} from "../types/Ids.sol";

using ReputationLib for Reputation global;

/// @custom:storage-location erc7201:poco.storage.Reputation
struct Reputation {
    mapping(address worker => uint256) scores;
}

uint256 constant REPUTATION_SLOT = erc7201("poco.storage.Reputation");

function reputation() pure returns (Reputation storage $) {
    uint256 slot = REPUTATION_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title ReputationLib
/// @dev How much a worker's word weighs, and how it gains and loses that.
library ReputationLib {
    /// @dev One unit of weight for so many points.
    uint256 private constant POINTS_PER_WEIGHT = 3;

    /// @dev The weight of a contribution by `worker`: max(floor(score / 3), 3) - 1, so 2 for a newcomer.
    function weightOf(Reputation storage self, address worker) internal view returns (uint256) {
        return Math.max(self.scores[worker] / POINTS_PER_WEIGHT, 3) - 1;
    }

    /// @dev One point more.
    function promote(Reputation storage self, address worker, TaskId taskId) internal {
        ++self.scores[worker];
        emit IConsensus.AccurateContribution(worker, taskId);
    }

    /// @dev A third of the points less, rounded down.
    function demote(Reputation storage self, address worker, TaskId taskId) internal {
        // Cannot overflow: scores grow by one a task.
        self.scores[worker] = (self.scores[worker] * 2) / 3;
        emit IConsensus.FaultyContribution(worker, taskId);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealRecord} from "./DealCodec.sol";
import {ContributionSummary, Group, StoredContribution, TaskState} from "./Tasks.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {IContributions} from "../interfaces/IContributions.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";
import {TaskStatus} from "../types/Task.sol";

/// @title Consensus
/// @dev The result that workers agreed on: the hashes that commit to it, and the reveals that prove it. {TaskLib} has
/// the transitions of the task.
library Consensus {
    /// @dev Records the proof that `worker` had the result with this `digest` when it contributed.
    function reveal(TaskState storage self, TaskId id, address worker, bytes32 digest) internal {
        self.requireStatus(id, TaskStatus.REVEALING);
        uint256 deadline = self.revealDeadline;
        require(block.timestamp < deadline, IConsensus.RevealsClosed(id, deadline));

        ContributionSummary memory summary = self.summary;
        StoredContribution storage contribution = self.contributions[worker];
        Group storage group = self.groups[summary.winningGroup - 1];
        require(
            contribution.status == ContributionStatus.CONTRIBUTED && contribution.group == summary.winningGroup - 1,
            IConsensus.NothingToReveal(id, worker)
        );
        bytes32 agreed = summary.revealCount == 0 ? group.hashOrDigest : resultHashOf(id, group.hashOrDigest);
        require(agreed == resultHashOf(id, digest), IConsensus.DigestMismatch(id, digest));
        require(contribution.seal == resultSealOf(worker, id, digest), IConsensus.SealMismatch(id, worker, digest));

        contribution.status = ContributionStatus.PROVED;
        if (summary.revealCount == 0) group.hashOrDigest = digest;
        self.summary.revealCount = summary.revealCount + 1;
    }

    /// @dev Passes when the deal has no callback, or the callback is to receive the result that the workers agreed on.
    function checkCallback(
        TaskId id,
        DealRecord memory record,
        bytes calldata resultsCallback,
        bytes32 digest
    ) internal pure {
        if (record.deal.callback == address(0) && resultsCallback.length == 0) return;
        bytes32 hash = keccak256(resultsCallback);
        require(hash == digest, IContributions.CallbackMismatch(id, hash, digest));
    }

    /// @dev Returns the size of the group that won, and how many of its members revealed.
    function tally(TaskState storage self) internal view returns (uint256 winners, uint256 revealed) {
        ContributionSummary memory summary = self.summary;
        revealed = summary.revealCount;
        if (summary.winningGroup == 1) winners = summary.firstGroupSize;
        else if (summary.winningGroup > 1) winners = self.groups[summary.winningGroup - 1].size;
    }

    /// @dev Returns the digest that was revealed, or zero.
    function digestOf(TaskState storage self) internal view returns (bytes32) {
        ContributionSummary memory summary = self.summary;
        return summary.revealCount == 0 ? bytes32(0) : self.groups[summary.winningGroup - 1].hashOrDigest;
    }

    /// @dev Returns the result hash of the group with this number, from 0.
    function hashOf(TaskState storage self, TaskId id, uint256 number) internal view returns (bytes32 hash) {
        hash = self.groups[number].hashOrDigest;
        ContributionSummary memory summary = self.summary;
        if (summary.revealCount > 0 && summary.winningGroup == number + 1) hash = resultHashOf(id, hash);
    }

    /// @dev Returns the result hash, which commits a worker to its result: keccak256(task id ‖ digest).
    function resultHashOf(TaskId id, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(id, digest));
    }

    /// @dev Returns the result seal, which keeps other workers from copying a result hash: keccak256(worker ‖ task id ‖
    /// digest).
    function resultSealOf(address worker, TaskId id, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(worker, id, digest));
    }
}

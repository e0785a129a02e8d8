// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealRecord} from "./DealCodec.sol";
import {Groups} from "./Groups.sol";
import {Crowd, Entry, Group, TaskLib, TaskPath, TaskState} from "./Tasks.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {IContributions} from "../interfaces/IContributions.sol";
import {REVEAL_DEADLINE_RATIO} from "../types/Constants.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";
import {TaskStatus} from "../types/Task.sol";

/// @title Consensus
/// @dev What happens around an agreement: it is reached, revealed, given up or concluded.
library Consensus {
    /// @dev ACTIVE → REVEALING.
    function reach(TaskState storage self, DealRecord memory record) internal {
        self.status = TaskStatus.REVEALING;
        self.revealDeadline = _revealDeadline(record);
    }

    /// @dev Proves that `worker` had the result with this `digest` when it contributed.
    function reveal(TaskState storage self, TaskId id, address worker, bytes32 digest) internal {
        self.expect(id, TaskStatus.REVEALING);
        uint256 deadline = self.revealDeadline;
        require(block.timestamp < deadline, IConsensus.RevealsClosed(id, deadline));

        Crowd memory crowd = self.crowd;
        Entry storage entry = self.entries[worker];
        Group storage group = self.groups[crowd.winner - 1];
        require(
            entry.status == ContributionStatus.CONTRIBUTED && entry.group == crowd.winner - 1,
            IConsensus.NothingToReveal(id, worker)
        );
        bytes32 agreed = crowd.revealed == 0 ? group.hashOrDigest : resultHashOf(id, group.hashOrDigest);
        require(agreed == resultHashOf(id, digest), IConsensus.DigestMismatch(id, digest));
        require(entry.seal == resultSealOf(worker, id, digest), IConsensus.SealMismatch(id, worker, digest));

        entry.status = ContributionStatus.PROVED;
        if (crowd.revealed == 0) group.hashOrDigest = digest;
        self.crowd.revealed = crowd.revealed + 1;
    }

    /// @dev REVEALING → ACTIVE, once the time to reveal is over and nobody did.
    function reopen(TaskState storage self, TaskId id, DealRecord memory record) internal {
        self.expect(id, TaskStatus.REVEALING);
        _checkScheduler(id, record);
        _checkFinalDeadline(id, record);
        uint256 deadline = self.revealDeadline;
        require(block.timestamp >= deadline, IConsensus.RevealsStillOpen(id, deadline));
        uint256 revealed = self.crowd.revealed;
        require(revealed == 0, IConsensus.AlreadyRevealed(id, revealed));

        self.status = TaskStatus.ACTIVE;
        self.path = TaskPath.REOPENED;
        self.revealDeadline = 0;
        Groups.reject(self);
    }

    /// @dev REVEALING → COMPLETED, once all winners revealed, or some did and the time to reveal is over.
    function conclude(
        TaskState storage self,
        TaskId id,
        DealRecord memory record,
        bytes calldata resultsCallback
    ) internal {
        self.expect(id, TaskStatus.REVEALING);
        _checkScheduler(id, record);
        _checkFinalDeadline(id, record);
        uint256 deadline = self.revealDeadline;
        (uint256 winners, uint256 revealed) = tally(self);
        require(
            revealed == winners || (revealed > 0 && block.timestamp >= deadline),
            IConsensus.RevealsMissing(id, revealed, winners, deadline)
        );
        checkCallback(id, record, resultsCallback, digestOf(self));

        self.status = TaskStatus.COMPLETED;
    }

    /// @dev ACTIVE → COMPLETED, by one worker alone.
    function concludeSolo(
        TaskState storage self,
        TaskId id,
        DealRecord memory record,
        bytes calldata resultsCallback,
        bytes32 digest
    ) internal {
        require(record.deal.trust == 1, IContributions.ReplicationRequired(id, record.deal.trust));
        // With trust 1 the first contribution ends the round, so an active task has contributions only if it was
        // reopened.
        require(self.path == TaskPath.FRESH, IContributions.AlreadyContested(id));
        checkCallback(id, record, resultsCallback, digest);

        self.status = TaskStatus.COMPLETED;
        self.path = TaskPath.SOLO;
        self.revealDeadline = _revealDeadline(record);
    }

    /// @dev ACTIVE and before the contribution deadline.
    function checkOpen(TaskState storage self, TaskId id, DealRecord memory record) internal view {
        self.expect(id, TaskStatus.ACTIVE);
        uint256 deadline = TaskLib.contributionDeadline(record);
        require(block.timestamp < deadline, IContributions.ContributionsClosed(id, deadline));
    }

    /// @dev Passes when the callback, if there is one, is to receive what the workers agreed on.
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

    /// @dev How many contributions won, and how many of those were revealed.
    function tally(TaskState storage self) internal view returns (uint256 winners, uint256 revealed) {
        Crowd memory crowd = self.crowd;
        revealed = crowd.revealed;
        if (crowd.winner == 1) winners = crowd.firstMembers;
        else if (crowd.winner > 1) winners = self.groups[crowd.winner - 1].members;
    }

    /// @dev The digest that was revealed, or zero.
    function digestOf(TaskState storage self) internal view returns (bytes32) {
        Crowd memory crowd = self.crowd;
        return crowd.revealed == 0 ? bytes32(0) : self.groups[crowd.winner - 1].hashOrDigest;
    }

    /// @dev The result hash of a group, counted from 0.
    function hashOf(TaskState storage self, TaskId id, uint256 number) internal view returns (bytes32 hash) {
        hash = self.groups[number].hashOrDigest;
        Crowd memory crowd = self.crowd;
        if (crowd.revealed > 0 && crowd.winner == number + 1) hash = resultHashOf(id, hash);
    }

    /// @dev What a worker commits to: keccak256(task id ‖ digest).
    function resultHashOf(TaskId id, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(id, digest));
    }

    /// @dev What keeps others from copying it: keccak256(worker ‖ task id ‖ digest).
    function resultSealOf(address worker, TaskId id, bytes32 digest) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(worker, id, digest));
    }

    /// @dev Reveals of a consensus that is reached now close then. Fits: a category's clock has 32 bits.
    function _revealDeadline(DealRecord memory record) private view returns (uint40) {
        return uint40(block.timestamp + REVEAL_DEADLINE_RATIO * record.timeRef);
    }

    function _checkScheduler(TaskId id, DealRecord memory record) private view {
        address scheduler = record.deal.workerpool.owner;
        require(msg.sender == scheduler, IConsensus.CallerIsNotTheScheduler(id, msg.sender, scheduler));
    }

    function _checkFinalDeadline(TaskId id, DealRecord memory record) private view {
        uint256 deadline = TaskLib.finalDeadline(record);
        require(block.timestamp < deadline, IConsensus.FinalDeadlinePassed(id, deadline));
    }
}

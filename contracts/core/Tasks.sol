// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Consensus} from "./Consensus.sol";
import {DealRecord} from "./DealCodec.sol";
import {Groups} from "./Groups.sol";
import {IConsensus} from "../interfaces/IConsensus.sol";
import {IContributions} from "../interfaces/IContributions.sol";
import {ITasks} from "../interfaces/ITasks.sol";
import {CONTRIBUTION_DEADLINE_RATIO, FINAL_DEADLINE_RATIO, REVEAL_DEADLINE_RATIO} from "../types/Constants.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";
import {TaskStatus} from "../types/Task.sol";

using TaskLib for TaskState global;
using {Groups.previousContributor} for StoredContribution global;

/// @dev The way in which the contributions to a task came about.
/// @custom:value0 FRESH No consensus on the task was reopened: an active task has contributions of its first round
/// only.
/// @custom:value1 REOPENED A consensus was reopened because nobody revealed it; older contributions exist.
/// @custom:value2 SOLO One worker did the task in one transaction; its contribution is stored in the receipt only.
enum TaskPath {
    FRESH,
    REOPENED,
    SOLO
}

/// @dev The figures of all contributions to a task. A group is all contributions for one result. The size and weight of
/// the first group are stored here, so that a task whose workers all agree needs no other slot for them.
struct ContributionSummary {
    // slot 0: 20 + 1 + 1 + 1 + 1 + 1 + 7
    /// @dev The end of a linked list: each contribution stores the contributor before.
    address lastContributor;
    uint8 contributorCount;
    uint8 groupCount;
    uint8 firstGroupSize;
    /// @dev Number of the group that won, from 1; zero while none did.
    uint8 winningGroup;
    uint8 revealCount;
    /// @dev Weight of the first group, or WIDE of {Groups} where `Group.weight` holds it.
    uint56 firstGroupWeight;
}

/// @dev All contributions for one result.
struct Group {
    /// @dev The result hash; once the digest is revealed, the digest, from which the hash follows.
    bytes32 hashOrDigest;
    // slot 1: 31 + 1
    /// @dev Zero once the group is rejected. Of the first group: used only where {ContributionSummary} has no room.
    uint248 weight;
    /// @dev Not used by the first group: {ContributionSummary} holds its size.
    uint8 size;
}

/// @dev The contribution of one worker.
struct StoredContribution {
    // slot 0: 20 + 1 + 1 + 1 + 1
    /// @dev The enclave if `hasEnclave`, else the previous contributor.
    address enclaveOrPrevious;
    bool hasEnclave;
    uint8 group;
    uint8 logWeight;
    ContributionStatus status;
    bytes32 seal;
    /// @dev The previous contributor if `hasEnclave`.
    address previous;
}

/// @dev One unit of work. What follows from the deal or from the digest is not stored.
struct TaskState {
    // slot 0: 20 + 1 + 1 + 5 + 5
    /// @dev The address of the deal's data contract. Zero for a task of a boost deal, which stores a status only.
    address deal;
    TaskStatus status;
    TaskPath path;
    uint40 revealDeadline;
    /// @dev Index minus the first index of the deal, or WIDE of {TaskLib} where `wideOffset` holds it.
    uint40 offset;
    ContributionSummary summary;
    mapping(uint256 number => Group) groups;
    mapping(address worker => StoredContribution) contributions;
    uint256 wideOffset;
}

/// @custom:storage-location erc7201:poco.storage.Tasks
struct Tasks {
    mapping(TaskId id => TaskState) byId;
}

uint256 constant TASKS_SLOT = erc7201("poco.storage.Tasks");

function tasks() pure returns (Tasks storage $) {
    uint256 slot = TASKS_SLOT;
    assembly ("memory-safe") {
        $.slot := slot
    }
}

/// @title TaskLib
/// @dev The state machine of a task: all transitions, and the conditions of each.
///
///   UNSET → ACTIVE → REVEALING → COMPLETED     ACTIVE → COMPLETED (solo)     UNSET → COMPLETED (boost)
///             ↑___________|  (reopened)        ACTIVE, REVEALING → FAILED    UNSET → FAILED (boost)
library TaskLib {
    /// @dev Marks an offset that `wideOffset` holds: volumes may be any uint256.
    uint40 private constant WIDE = type(uint40).max;

    // Transitions of classic tasks

    /// @dev UNSET → ACTIVE, for the task at `offset` in the deal at `location`.
    function open(TaskState storage self, TaskId id, address location, uint256 offset) internal {
        TaskStatus status = self.status;
        require(status == TaskStatus.UNSET, ITasks.UnexpectedTaskStatus(id, status));

        self.deal = location;
        self.status = TaskStatus.ACTIVE;
        if (offset < WIDE) {
            self.offset = uint40(offset);
        } else {
            self.offset = WIDE;
            self.wideOffset = offset;
        }
    }

    /// @dev ACTIVE → REVEALING, once a group of contributions has won.
    function reach(TaskState storage self, DealRecord memory record) internal {
        self.status = TaskStatus.REVEALING;
        self.revealDeadline = _revealDeadline(record);
    }

    /// @dev REVEALING → ACTIVE, once the time to reveal is over and nobody revealed. Rejects the group that had won.
    function reopen(TaskState storage self, TaskId id, DealRecord memory record) internal {
        self.requireStatus(id, TaskStatus.REVEALING);
        _checkScheduler(id, record);
        _checkFinalDeadline(id, record);
        uint256 deadline = self.revealDeadline;
        require(block.timestamp >= deadline, IConsensus.RevealsStillOpen(id, deadline));
        uint256 revealed = self.summary.revealCount;
        require(revealed == 0, IConsensus.AlreadyRevealed(id, revealed));

        self.status = TaskStatus.ACTIVE;
        self.path = TaskPath.REOPENED;
        self.revealDeadline = 0;
        Groups.rejectWinner(self);
    }

    /// @dev REVEALING → COMPLETED, once all winners revealed, or some did and the time to reveal is over.
    function conclude(
        TaskState storage self,
        TaskId id,
        DealRecord memory record,
        bytes calldata resultsCallback
    ) internal {
        self.requireStatus(id, TaskStatus.REVEALING);
        _checkScheduler(id, record);
        _checkFinalDeadline(id, record);
        uint256 deadline = self.revealDeadline;
        (uint256 winners, uint256 revealed) = Consensus.tally(self);
        require(
            revealed == winners || (revealed > 0 && block.timestamp >= deadline),
            IConsensus.RevealsMissing(id, revealed, winners, deadline)
        );
        Consensus.checkCallback(id, record, resultsCallback, Consensus.digestOf(self));

        self.status = TaskStatus.COMPLETED;
    }

    /// @dev ACTIVE, which {requireOpen} has established, → COMPLETED, by one worker alone.
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
        Consensus.checkCallback(id, record, resultsCallback, digest);

        self.status = TaskStatus.COMPLETED;
        self.path = TaskPath.SOLO;
        self.revealDeadline = _revealDeadline(record);
    }

    /// @dev ACTIVE or REVEALING → FAILED, from the final deadline on.
    function fail(TaskState storage self, TaskId id, DealRecord memory record) internal {
        TaskStatus status = self.status;
        require(status == TaskStatus.ACTIVE || status == TaskStatus.REVEALING, ITasks.UnexpectedTaskStatus(id, status));
        uint256 deadline = finalDeadline(record);
        require(block.timestamp >= deadline, ITasks.TaskStillRunning(id, deadline));

        self.status = TaskStatus.FAILED;
    }

    // Transitions of boost tasks, which are stored only when they end

    /// @dev UNSET, which {requireBoostOpen} has established, → COMPLETED.
    function concludeBoost(TaskState storage self) internal {
        self.status = TaskStatus.COMPLETED;
    }

    /// @dev UNSET → FAILED, from the contribution deadline on.
    function failBoost(TaskState storage self, TaskId id, DealRecord memory record) internal {
        self.requireStatus(id, TaskStatus.UNSET);
        uint256 deadline = contributionDeadline(record);
        require(block.timestamp >= deadline, ITasks.TaskStillRunning(id, deadline));

        self.status = TaskStatus.FAILED;
    }

    // Conditions

    /// @dev Passes when the task has the given status.
    function requireStatus(TaskState storage self, TaskId id, TaskStatus status) internal view {
        TaskStatus actual = self.status;
        require(actual == status, ITasks.UnexpectedTaskStatus(id, actual));
    }

    /// @dev Passes when the task accepts contributions: it is ACTIVE, and the contribution deadline lies ahead.
    function requireOpen(TaskState storage self, TaskId id, DealRecord memory record) internal view {
        self.requireStatus(id, TaskStatus.ACTIVE);
        _checkContributionDeadline(id, record);
    }

    /// @dev Passes when the boost task accepts its result: it is UNSET, and the contribution deadline lies ahead.
    function requireBoostOpen(TaskState storage self, TaskId id, DealRecord memory record) internal view {
        self.requireStatus(id, TaskStatus.UNSET);
        _checkContributionDeadline(id, record);
    }

    // Facts

    /// @dev Returns the position of the task in its deal, from 0.
    function offsetInDeal(TaskState storage self) internal view returns (uint256) {
        uint40 offset = self.offset;
        return offset == WIDE ? self.wideOffset : offset;
    }

    /// @dev Contributions are refused from this second on.
    function contributionDeadline(DealRecord memory record) internal pure returns (uint256) {
        return record.deal.startTime + CONTRIBUTION_DEADLINE_RATIO * record.timeRef;
    }

    /// @dev From this second on the task can only be claimed.
    function finalDeadline(DealRecord memory record) internal pure returns (uint256) {
        return record.deal.startTime + FINAL_DEADLINE_RATIO * record.timeRef;
    }

    /// @dev Returns the deadline of reveals for a consensus that is reached now. The cast is safe: a category's clock
    /// has 32 bits.
    function _revealDeadline(DealRecord memory record) private view returns (uint40) {
        return uint40(block.timestamp + REVEAL_DEADLINE_RATIO * record.timeRef);
    }

    function _checkContributionDeadline(TaskId id, DealRecord memory record) private view {
        uint256 deadline = contributionDeadline(record);
        require(block.timestamp < deadline, IContributions.ContributionsClosed(id, deadline));
    }

    function _checkFinalDeadline(TaskId id, DealRecord memory record) private view {
        uint256 deadline = finalDeadline(record);
        require(block.timestamp < deadline, IConsensus.FinalDeadlinePassed(id, deadline));
    }

    function _checkScheduler(TaskId id, DealRecord memory record) private view {
        address scheduler = record.deal.workerpool.owner;
        require(msg.sender == scheduler, IConsensus.CallerIsNotTheScheduler(id, msg.sender, scheduler));
    }
}

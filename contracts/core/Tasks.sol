// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealRecord} from "./DealCodec.sol";
import {ITasks} from "../interfaces/ITasks.sol";
import {CONTRIBUTION_DEADLINE_RATIO, FINAL_DEADLINE_RATIO} from "../types/Constants.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";
import {TaskStatus} from "../types/Task.sol";

using TaskLib for TaskState global;
using {TaskLib.contributorBefore} for Entry global;

/// @dev How a task is being done.
/// @custom:value0 FRESH Nobody's consensus was reopened: while active, it has no contributions but those of its first
/// round.
/// @custom:value1 REOPENED A consensus fell apart; older contributions exist.
/// @custom:value2 SOLO One worker did it in one transaction; all there is to know is in its receipt.
enum TaskPath {
    FRESH,
    REOPENED,
    SOLO
}

/// @dev Contributors and their groups. A group is all contributions for one result; the first one has its figures here,
/// so that a task without dissent needs no other slot for them.
struct Crowd {
    // slot 0: 20 + 1 + 1 + 1 + 1 + 1 + 7
    /// @dev End of the list of contributors; each knows the one before.
    address last;
    uint8 contributors;
    uint8 groups;
    uint8 firstMembers;
    /// @dev Number of the group that won, from 1; zero while none did.
    uint8 winner;
    uint8 revealed;
    /// @dev Weight of the first group, or {Consensus} WIDE where it is in its record.
    uint56 firstWeight;
}

/// @dev All contributions for one result.
struct Group {
    /// @dev The result hash; once its digest is revealed, the digest, from which the hash follows.
    bytes32 hashOrDigest;
    // slot 1: 31 + 1
    /// @dev Zero once it is rejected. Of the first group: only where {Crowd} cannot hold it.
    uint248 weight;
    uint8 members;
}

/// @dev One worker's contribution.
struct Entry {
    // slot 0: 20 + 1 + 1 + 1 + 1
    /// @dev The enclave, if it has one; else the contributor before.
    address link;
    bool hasEnclave;
    uint8 group;
    uint8 logWeight;
    ContributionStatus status;
    bytes32 seal;
    /// @dev The contributor before, if `link` is an enclave.
    address previous;
}

/// @dev One unit of work. What follows from its deal or its digest is not stored.
struct TaskState {
    // slot 0: 20 + 1 + 1 + 5 + 5
    /// @dev Where the deal is. Zero for a task of a boost deal, which has nothing but a status.
    address deal;
    TaskStatus status;
    TaskPath path;
    uint40 revealDeadline;
    /// @dev Index minus the deal's first index, or {TaskLib} WIDE where it is in `wideOffset`.
    uint40 offset;
    Crowd crowd;
    mapping(uint256 number => Group) groups;
    mapping(address worker => Entry) entries;
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
/// @dev The state machine of a task: which transitions exist, and when each is allowed.
///
///   UNSET → ACTIVE → REVEALING → COMPLETED     ACTIVE → COMPLETED (solo)     UNSET → COMPLETED (boost)
///             ↑___________|  (reopened)        ACTIVE, REVEALING → FAILED    UNSET → FAILED (boost)
library TaskLib {
    /// @dev Marks an offset that is in `wideOffset`: volumes may be any uint256.
    uint40 private constant WIDE = type(uint40).max;

    /// @dev UNSET → ACTIVE, for the task `index` of the deal at `location`.
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

    /// @dev ACTIVE or REVEALING → FAILED, from the final deadline on.
    function fail(TaskState storage self, TaskId id, DealRecord memory record) internal {
        TaskStatus status = self.status;
        require(status == TaskStatus.ACTIVE || status == TaskStatus.REVEALING, ITasks.UnexpectedTaskStatus(id, status));
        uint256 deadline = finalDeadline(record);
        require(block.timestamp >= deadline, ITasks.TaskStillRunning(id, deadline));

        self.status = TaskStatus.FAILED;
    }

    /// @dev UNSET, which is expected before, → COMPLETED or FAILED: a boost task ends in the moment it appears.
    function end(TaskState storage self, TaskStatus status) internal {
        self.status = status;
    }

    /// @dev Passes when the task has the given status.
    function expect(TaskState storage self, TaskId id, TaskStatus status) internal view {
        TaskStatus actual = self.status;
        require(actual == status, ITasks.UnexpectedTaskStatus(id, actual));
    }

    /// @dev The task's place in its deal, counted from the deal's first.
    function offsetInDeal(TaskState storage self) internal view returns (uint256) {
        uint40 offset = self.offset;
        return offset == WIDE ? self.wideOffset : offset;
    }

    /// @dev All contributors, in the order in which they came.
    function contributors(TaskState storage self) internal view returns (address[] memory list) {
        address worker = self.crowd.last;
        list = new address[](self.crowd.contributors);
        for (uint256 i = list.length; i > 0; --i) {
            list[i - 1] = worker;
            worker = self.entries[worker].contributorBefore();
        }
    }

    /// @dev Who contributed before, or zero.
    function contributorBefore(Entry storage self) internal view returns (address) {
        (bool hasEnclave, address link) = (self.hasEnclave, self.link);
        return hasEnclave ? self.previous : link;
    }

    /// @dev From this second on nobody contributes.
    function contributionDeadline(DealRecord memory record) internal pure returns (uint256) {
        return record.deal.startTime + CONTRIBUTION_DEADLINE_RATIO * record.timeRef;
    }

    /// @dev From this second on the task can only be claimed.
    function finalDeadline(DealRecord memory record) internal pure returns (uint256) {
        return record.deal.startTime + FINAL_DEADLINE_RATIO * record.timeRef;
    }
}

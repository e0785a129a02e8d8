// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Crowd, Entry, Group, TaskState} from "./Tasks.sol";
import {IContributions} from "../interfaces/IContributions.sol";
import {MAX_CONTRIBUTORS} from "../types/Constants.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Groups
/// @dev PoCo's trust model: contributions for the same result form a group, each multiplies its group's weight by the
/// weight of its worker, and a group wins once it outweighs all others by the trust that was asked for.
///
/// group(h) starts at 0, total at 1. A contribution of weight w makes group(h) = max(group(h), 1) × w, and total moves
/// with it. h wins when group(h) × trust > total × (trust - 1).
library Groups {
    /// @dev Marks a first weight that is in its group's record.
    uint56 private constant WIDE = type(uint56).max;

    /// @dev Adds the contribution of `worker`, of the given `weight`, and returns whether its group won.
    function add(
        TaskState storage self,
        TaskId id,
        address worker,
        uint256 weight,
        bytes32 resultHash,
        bytes32 resultSeal,
        address enclaveChallenge,
        uint256 trust
    ) internal returns (bool won) {
        Crowd memory crowd = self.crowd;
        Entry storage entry = self.entries[worker];
        require(crowd.contributors < MAX_CONTRIBUTORS, IContributions.TooManyContributors(id, MAX_CONTRIBUTORS));
        require(entry.status == ContributionStatus.UNSET, IContributions.AlreadyContributed(id, worker));

        (uint256 number, uint256 groupWeight) = _find(self, crowd, resultHash);
        groupWeight = _grow(id, groupWeight, weight);
        won = _outweighs(self, crowd, number, groupWeight, trust);
        _join(self, crowd, number, groupWeight, resultHash);
        if (won) crowd.winner = uint8(number + 1);

        entry.status = ContributionStatus.CONTRIBUTED;
        entry.group = uint8(number);
        entry.logWeight = uint8(Math.log2(weight));
        entry.seal = resultSeal;
        if (enclaveChallenge == address(0)) {
            entry.link = crowd.last;
        } else {
            entry.link = enclaveChallenge;
            entry.hasEnclave = true;
            if (crowd.last != address(0)) entry.previous = crowd.last;
        }

        crowd.last = worker;
        ++crowd.contributors;
        self.crowd = crowd;
    }

    /// @dev Rejects the group that won: its contributions count no more, and the next ones start afresh.
    function reject(TaskState storage self) internal {
        Crowd memory crowd = self.crowd;
        uint256 number = crowd.winner - 1;
        if (number == 0) {
            crowd.firstWeight = 0;
        } else {
            self.groups[number].weight = 0;
        }
        crowd.winner = 0;
        self.crowd = crowd;
    }

    /// @dev Whether a group was rejected when its consensus was reopened.
    function isRejected(TaskState storage self, uint256 number) internal view returns (bool) {
        return (number == 0 ? self.crowd.firstWeight : self.groups[number].weight) == 0;
    }

    /// @dev group × trust > total × (trust - 1), for any numbers. A trust of 0 counts as 1.
    function wins(uint256 group, uint256 total, uint256 trust) internal pure returns (bool) {
        if (trust <= 1) return group > 0;
        (uint256 leftHigh, uint256 leftLow) = Math.mul512(group, trust);
        (uint256 rightHigh, uint256 rightLow) = Math.mul512(total, trust - 1);
        return leftHigh > rightHigh || (leftHigh == rightHigh && leftLow > rightLow);
    }

    /// @dev The open group for `resultHash` and its weight, or the number of a new one.
    function _find(
        TaskState storage self,
        Crowd memory crowd,
        bytes32 resultHash
    ) private view returns (uint256 number, uint256 weight) {
        number = crowd.groups;
        for (uint256 i; i < crowd.groups; ++i) {
            // Only open groups are found: a rejected one weighs nothing. Of the first that is known without a look.
            if (i == 0 && crowd.firstWeight == 0) continue;
            if (self.groups[i].hashOrDigest != resultHash) continue;
            weight = _weightOf(self, crowd, i);
            if (weight > 0) return (i, weight);
        }
    }

    /// @dev Whether a group of this number and `weight` wins against all others. Stops where it cannot any more, since
    /// every look at a group costs 2,100 gas.
    function _outweighs(
        TaskState storage self,
        Crowd memory crowd,
        uint256 number,
        uint256 weight,
        uint256 trust
    ) private view returns (bool won) {
        // Cannot overflow: at most 255 groups of 248 bits.
        uint256 total = 1 + weight;
        won = wins(weight, total, trust);
        for (uint256 i; won && i < crowd.groups; ++i) {
            if (i == number) continue;
            total += _weightOf(self, crowd, i);
            won = wins(weight, total, trust);
        }
    }

    /// @dev What a group weighs, zero if it was rejected.
    function _weightOf(TaskState storage self, Crowd memory crowd, uint256 number) private view returns (uint256) {
        return number == 0 && crowd.firstWeight != WIDE ? crowd.firstWeight : self.groups[number].weight;
    }

    /// @dev Puts one more member, and with it the new weight, into a group.
    function _join(
        TaskState storage self,
        Crowd memory crowd,
        uint256 number,
        uint256 weight,
        bytes32 resultHash
    ) private {
        Group storage group = self.groups[number];
        if (number == crowd.groups) {
            group.hashOrDigest = resultHash;
            ++crowd.groups;
        }
        if (number == 0) {
            ++crowd.firstMembers;
            crowd.firstWeight = weight < WIDE ? uint56(weight) : WIDE;
            if (weight >= WIDE) group.weight = uint248(weight);
        } else {
            group.weight = uint248(weight);
            ++group.members;
        }
    }

    /// @dev max(group, 1) × w, which must fit 248 bits.
    function _grow(TaskId id, uint256 group, uint256 weight) private pure returns (uint256) {
        (uint256 high, uint256 low) = Math.mul512(Math.max(group, 1), weight);
        require(high == 0 && low <= type(uint248).max, IContributions.WeightTooLarge(id));
        return low;
    }
}

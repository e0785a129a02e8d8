// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {ContributionSummary, Group, StoredContribution, TaskState} from "./Tasks.sol";
import {IContributions} from "../interfaces/IContributions.sol";
import {MAX_CONTRIBUTORS} from "../types/Constants.sol";
import {ContributionStatus} from "../types/Contribution.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Groups
/// @dev PoCo's trust model: contributions for the same result form a group, each contribution multiplies the weight of
/// its group by the weight of its worker, and a group wins once it outweighs all others by the trust of the deal.
///
/// group(h) starts at 0, total at 1. A contribution of weight w makes group(h) = max(group(h), 1) × w, and total
/// changes by the same amount. h wins when group(h) × trust > total × (trust - 1).
library Groups {
    /// @dev Marks a weight of the first group that `Group.weight` holds.
    uint56 private constant WIDE = type(uint56).max;

    /// @dev Adds the contribution of `worker`, which has the given `weight`, and returns whether its group won.
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
        ContributionSummary memory summary = self.summary;
        StoredContribution storage contribution = self.contributions[worker];
        require(summary.contributorCount < MAX_CONTRIBUTORS, IContributions.TooManyContributors(id, MAX_CONTRIBUTORS));
        require(contribution.status == ContributionStatus.UNSET, IContributions.AlreadyContributed(id, worker));

        (uint256 number, uint256 groupWeight) = _find(self, summary, resultHash);
        groupWeight = _grow(id, groupWeight, weight);
        won = _outweighs(self, summary, number, groupWeight, trust);
        _join(self, summary, number, groupWeight, resultHash);
        if (won) summary.winningGroup = uint8(number + 1);

        contribution.status = ContributionStatus.CONTRIBUTED;
        contribution.group = uint8(number);
        contribution.logWeight = uint8(Math.log2(weight));
        contribution.seal = resultSeal;
        if (enclaveChallenge == address(0)) {
            contribution.enclaveOrPrevious = summary.lastContributor;
        } else {
            contribution.enclaveOrPrevious = enclaveChallenge;
            contribution.hasEnclave = true;
            if (summary.lastContributor != address(0)) contribution.previous = summary.lastContributor;
        }

        summary.lastContributor = worker;
        ++summary.contributorCount;
        self.summary = summary;
    }

    /// @dev Rejects the group that won: its contributions no longer count, and later ones start at weight 0.
    function rejectWinner(TaskState storage self) internal {
        ContributionSummary memory summary = self.summary;
        uint256 number = summary.winningGroup - 1;
        if (number == 0) {
            summary.firstGroupWeight = 0;
        } else {
            self.groups[number].weight = 0;
        }
        summary.winningGroup = 0;
        self.summary = summary;
    }

    /// @dev Returns all contributors, in the order of their contributions.
    function contributorsOf(TaskState storage self) internal view returns (address[] memory list) {
        address worker = self.summary.lastContributor;
        list = new address[](self.summary.contributorCount);
        for (uint256 i = list.length; i > 0; --i) {
            list[i - 1] = worker;
            worker = self.contributions[worker].previousContributor();
        }
    }

    /// @dev Returns the contributor before this contribution, or zero.
    function previousContributor(StoredContribution storage self) internal view returns (address) {
        (bool hasEnclave, address enclaveOrPrevious) = (self.hasEnclave, self.enclaveOrPrevious);
        return hasEnclave ? self.previous : enclaveOrPrevious;
    }

    /// @dev Returns whether the group was rejected when its consensus was reopened.
    function isRejected(TaskState storage self, uint256 number) internal view returns (bool) {
        return (number == 0 ? self.summary.firstGroupWeight : self.groups[number].weight) == 0;
    }

    /// @dev Returns whether group × trust > total × (trust - 1), without overflow. A trust of 0 counts as 1.
    function wins(uint256 group, uint256 total, uint256 trust) internal pure returns (bool) {
        if (trust <= 1) return group > 0;
        (uint256 leftHigh, uint256 leftLow) = Math.mul512(group, trust);
        (uint256 rightHigh, uint256 rightLow) = Math.mul512(total, trust - 1);
        return leftHigh > rightHigh || (leftHigh == rightHigh && leftLow > rightLow);
    }

    /// @dev Returns the number and weight of the group for `resultHash` that is not rejected, or the number of a new
    /// group.
    function _find(
        TaskState storage self,
        ContributionSummary memory summary,
        bytes32 resultHash
    ) private view returns (uint256 number, uint256 weight) {
        number = summary.groupCount;
        for (uint256 i; i < summary.groupCount; ++i) {
            // A rejected group has weight 0. For the first group the summary tells, without a storage read.
            if (i == 0 && summary.firstGroupWeight == 0) continue;
            if (self.groups[i].hashOrDigest != resultHash) continue;
            weight = _weightOf(self, summary, i);
            if (weight > 0) return (i, weight);
        }
    }

    /// @dev Returns whether the group with this number and `weight` wins against all others. Stops as soon as it cannot
    /// win, since reading a group costs 2,100 gas.
    function _outweighs(
        TaskState storage self,
        ContributionSummary memory summary,
        uint256 number,
        uint256 weight,
        uint256 trust
    ) private view returns (bool won) {
        // This sum cannot overflow: there are at most 255 groups, each with a weight of 248 bits.
        uint256 total = 1 + weight;
        won = wins(weight, total, trust);
        for (uint256 i; won && i < summary.groupCount; ++i) {
            if (i == number) continue;
            total += _weightOf(self, summary, i);
            won = wins(weight, total, trust);
        }
    }

    /// @dev Returns the weight of the group with this number, or zero if it was rejected.
    function _weightOf(
        TaskState storage self,
        ContributionSummary memory summary,
        uint256 number
    ) private view returns (uint256) {
        return number == 0 && summary.firstGroupWeight != WIDE ? summary.firstGroupWeight : self.groups[number].weight;
    }

    /// @dev Adds one member to the group with this number and sets the new weight. Creates the group where needed.
    function _join(
        TaskState storage self,
        ContributionSummary memory summary,
        uint256 number,
        uint256 weight,
        bytes32 resultHash
    ) private {
        Group storage group = self.groups[number];
        if (number == summary.groupCount) {
            group.hashOrDigest = resultHash;
            ++summary.groupCount;
        }
        if (number == 0) {
            ++summary.firstGroupSize;
            summary.firstGroupWeight = weight < WIDE ? uint56(weight) : WIDE;
            if (weight >= WIDE) group.weight = uint248(weight);
        } else {
            group.weight = uint248(weight);
            ++group.size;
        }
    }

    /// @dev Returns the new weight of a group, max(group, 1) × weight, which must fit 248 bits.
    function _grow(TaskId id, uint256 group, uint256 weight) private pure returns (uint256) {
        (uint256 high, uint256 low) = Math.mul512(Math.max(group, 1), weight);
        require(high == 0 && low <= type(uint248).max, IContributions.WeightTooLarge(id));
        return low;
    }
}

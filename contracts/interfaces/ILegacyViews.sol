// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

import {ContributionStatus} from "../types/Contribution.sol";
import {DealId, TaskId} from "../types/Ids.sol";
import {Tag} from "../types/Tag.sol";
import {TaskStatus} from "../types/Task.sol";

/// @title ILegacyViews
/// @notice The views under the names that older middleware calls, with the members of each struct as a flat tuple.
interface ILegacyViews {
    /// @notice {IStakedRlc-viewAccount}.
    function viewAccountABILegacy(address account) external view returns (uint256 stake, uint256 locked);

    /// @notice {ICatalog-viewCategory}.
    function viewCategoryABILegacy(
        uint256 id
    ) external view returns (string memory name, string memory description, uint256 workClockTimeRef);

    /// @notice Returns the first part of {IMatching-viewDeal}: pointer, owner and price of app, dataset and workerpool.
    function viewDealABILegacy_pt1(
        DealId id
    )
        external
        view
        returns (
            address app,
            address appOwner,
            uint256 appPrice,
            address dataset,
            address datasetOwner,
            uint256 datasetPrice,
            address workerpool,
            address workerpoolOwner,
            uint256 workerpoolPrice
        );

    /// @notice Returns the second part of {IMatching-viewDeal}.
    function viewDealABILegacy_pt2(
        DealId id
    )
        external
        view
        returns (
            uint256 trust,
            Tag tag,
            address requester,
            address beneficiary,
            address callback,
            string memory params
        );

    /// @notice Returns the third part of {IMatching-viewDeal}.
    function viewConfigABILegacy(
        DealId id
    )
        external
        view
        returns (
            uint256 category,
            uint256 startTime,
            uint256 botFirst,
            uint256 botSize,
            uint256 workerStake,
            uint256 schedulerRewardRatio
        );

    /// @notice {ITasks-viewTask} up to its contributors, and its results.
    function viewTaskABILegacy(
        TaskId id
    )
        external
        view
        returns (
            TaskStatus status,
            DealId dealId,
            uint256 index,
            uint256 timeRef,
            uint256 contributionDeadline,
            uint256 revealDeadline,
            uint256 finalDeadline,
            bytes32 consensusValue,
            uint256 revealCounter,
            uint256 winnerCounter,
            address[] memory contributors,
            bytes memory results
        );

    /// @notice {IContributions-viewContribution} without its weight.
    function viewContributionABILegacy(
        TaskId id,
        address worker
    )
        external
        view
        returns (ContributionStatus status, bytes32 resultHash, bytes32 resultSeal, address enclaveChallenge);
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Deals} from "../core/Deals.sol";
import {DealRecord} from "../core/DealCodec.sol";
import {ledger} from "../core/Ledger.sol";
import {settings, StoredCategory} from "../core/Settings.sol";
import {TaskViews} from "../core/TaskViews.sol";
import {IFacet} from "../diamond/IFacet.sol";
import {ILegacyViews} from "../interfaces/ILegacyViews.sol";
import {Contribution, ContributionStatus} from "../types/Contribution.sol";
import {Deal} from "../types/Deal.sol";
import {DealId, TaskId} from "../types/Ids.sol";
import {Tag} from "../types/Tag.sol";
import {Task, TaskStatus} from "../types/Task.sol";

/// @title LegacyViewsFacet
abstract contract LegacyViewsFacet is IFacet, ILegacyViews {
    /// @inheritdoc ILegacyViews
    function viewAccountABILegacy(address account) external view returns (uint256, uint256) {
        return (ledger().freeOf(account), ledger().frozenOf(account));
    }

    /// @inheritdoc ILegacyViews
    function viewCategoryABILegacy(uint256 id) external view returns (string memory, string memory, uint256) {
        StoredCategory storage found = settings().category(id);
        return (found.name, found.description, found.workClockTimeRef);
    }

    /// @inheritdoc ILegacyViews
    function viewDealABILegacy_pt1(
        DealId id
    ) external view returns (address, address, uint256, address, address, uint256, address, address, uint256) {
        Deal memory deal = _deal(id);
        return (
            deal.app.pointer,
            deal.app.owner,
            deal.app.price,
            deal.dataset.pointer,
            deal.dataset.owner,
            deal.dataset.price,
            deal.workerpool.pointer,
            deal.workerpool.owner,
            deal.workerpool.price
        );
    }

    /// @inheritdoc ILegacyViews
    function viewDealABILegacy_pt2(
        DealId id
    ) external view returns (uint256, Tag, address, address, address, string memory) {
        Deal memory deal = _deal(id);
        return (deal.trust, deal.tag, deal.requester, deal.beneficiary, deal.callback, deal.params);
    }

    /// @inheritdoc ILegacyViews
    function viewConfigABILegacy(
        DealId id
    ) external view returns (uint256, uint256, uint256, uint256, uint256, uint256) {
        Deal memory deal = _deal(id);
        return (
            deal.category,
            deal.startTime,
            deal.botFirst,
            deal.botSize,
            deal.workerStake,
            deal.schedulerRewardRatio
        );
    }

    /// @inheritdoc ILegacyViews
    function viewTaskABILegacy(
        TaskId id
    )
        external
        view
        returns (
            TaskStatus,
            DealId,
            uint256,
            uint256,
            uint256,
            uint256,
            uint256,
            bytes32,
            uint256,
            uint256,
            address[] memory,
            bytes memory
        )
    {
        Task memory task = TaskViews.task(id);
        return (
            task.status,
            task.dealid,
            task.idx,
            task.timeref,
            task.contributionDeadline,
            task.revealDeadline,
            task.finalDeadline,
            task.consensusValue,
            task.revealCounter,
            task.winnerCounter,
            task.contributors,
            task.results
        );
    }

    /// @inheritdoc ILegacyViews
    function viewContributionABILegacy(
        TaskId id,
        address worker
    ) external view returns (ContributionStatus, bytes32, bytes32, address) {
        Contribution memory contribution = TaskViews.contribution(id, worker);
        return (contribution.status, contribution.resultHash, contribution.resultSeal, contribution.enclaveChallenge);
    }

    /// @dev Returns the deal, or zeros. Boost deals are left out, since older middleware does not know them.
    function _deal(DealId id) private view returns (Deal memory deal) {
        DealRecord memory record = Deals.loadWhole(Deals.addressOf(id));
        if (!record.boost) deal = record.deal;
    }

    /// @inheritdoc IFacet
    function exportSelectors() public pure virtual returns (bytes memory) {
        return
            bytes.concat(
                ILegacyViews.viewAccountABILegacy.selector,
                ILegacyViews.viewCategoryABILegacy.selector,
                ILegacyViews.viewDealABILegacy_pt1.selector,
                ILegacyViews.viewDealABILegacy_pt2.selector,
                ILegacyViews.viewConfigABILegacy.selector,
                ILegacyViews.viewTaskABILegacy.selector,
                ILegacyViews.viewContributionABILegacy.selector
            );
    }
}

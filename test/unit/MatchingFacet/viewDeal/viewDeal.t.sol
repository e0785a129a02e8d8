// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {Deal} from "../../../../contracts/types/Deal.sol";
import {DealId, dealIdOf, TaskId} from "../../../../contracts/types/Ids.sol";
import {MatchingMarket} from "../../../fixtures/MatchingMarket.sol";

contract ViewDeal_Unit_Test is MatchingMarket {
    function testFuzz_ShouldAnswerZerosForAnUnknownDeal(DealId dealId) external view {
        _assertNoDeal(dealId);
    }

    function test_ShouldAnswerZerosForABoostDeal() external {
        _signOrders();

        _assertNoDeal(_matchBoost());
    }

    /// @dev Results are kept like deals, under the task's id, and are not taken for one.
    function test_ShouldAnswerZerosForATaskThatHasResults() external {
        DealId dealId = _matchOrders();
        TaskId taskId = poco.initialize(dealId, 0);
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, address(0));
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, "digest", "results", "", address(0), "", authorization);

        _assertNoDeal(DealId.wrap(TaskId.unwrap(taskId)));
    }

    function test_ShouldAnswerTheDealAsItStoodWhenAssetsAreSold() external {
        DealId dealId = _matchOrders();
        bytes memory before = abi.encode(poco.viewDeal(dealId));
        vm.prank(appProvider.addr);
        appRegistry.transferFrom(appProvider.addr, anyone.addr, uint256(uint160(app)));
        vm.prank(dataProvider.addr);
        datasetRegistry.transferFrom(dataProvider.addr, anyone.addr, uint256(uint160(dataset)));
        vm.prank(scheduler.addr);
        workerpoolRegistry.transferFrom(scheduler.addr, anyone.addr, uint256(uint160(workerpool)));

        assertEq(abi.encode(poco.viewDeal(dealId)), before);
        assertEq(poco.viewDeal(dealId).app.owner, appProvider.addr);
    }

    function testFuzz_ShouldAnswerTheDealAsItStoodWhenThePolicyChanges(uint256 stake, uint256 reward) external {
        DealId dealId = _matchOrders();
        vm.prank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(stake, bound(reward, 0, 100));

        assertEq(poco.viewDeal(dealId).workerStake, WORKER_STAKE, "stake");
        assertEq(poco.viewDeal(dealId).schedulerRewardRatio, 1, "reward");
    }

    function testFuzz_ShouldAnswerEveryDealOfOneRequest(uint256 first) external {
        first = bound(first, 1, 99);
        _withVolume(100);
        appOrder.volume = first;
        _matchOrders();
        appOrder.salt = "another";
        appOrder.volume = 100;
        vm.warp(NOW + 1);
        _matchOrders();

        bytes32 requestHash = signer.hashRequest(requestOrder);
        Deal memory deal1 = poco.viewDeal(dealIdOf(requestHash, 0));
        Deal memory deal2 = poco.viewDeal(dealIdOf(requestHash, first));
        assertEq(deal1.botSize, first, "first deal's size");
        assertEq(deal1.startTime, NOW, "first deal's start");
        assertEq(deal2.botFirst, first, "second deal's first");
        assertEq(deal2.botSize, 100 - first, "second deal's size");
        assertEq(deal2.startTime, NOW + 1, "second deal's start");
    }

    function _assertNoDeal(DealId dealId) private view {
        Deal memory none;
        assertEq(abi.encode(poco.viewDeal(dealId)), abi.encode(none));
    }
}

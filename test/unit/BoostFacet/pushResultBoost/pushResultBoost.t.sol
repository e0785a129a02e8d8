// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IBoost} from "../../../../contracts/interfaces/IBoost.sol";
import {IContributions} from "../../../../contracts/interfaces/IContributions.sol";
import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {Task, TaskStatus} from "../../../../contracts/types/Task.sol";
import {BoostMarket} from "../../../fixtures/BoostMarket.sol";

contract PushResultBoost_Unit_Test is BoostMarket {
    function testFuzz_RevertGiven_ThereIsNoSuchDeal(DealId unknown) external {
        dealId = unknown;

        _assertPushRefused(abi.encodeWithSelector(ITasks.UnknownDeal.selector, unknown));
    }

    function test_RevertGiven_ItIsAClassicDeal() external {
        dealId = _matchOrders();
        authorization = _authorize(scheduler, worker.addr, _taskId(), challenge);

        _assertPushRefused(abi.encodeWithSelector(ITasks.UnknownDeal.selector, dealId));
    }

    function testFuzz_RevertWhen_TheIndexIsPastTheLastTask(uint256 volume, uint256 past) external {
        volume = bound(volume, 1, 100);
        _withVolume(volume);
        index = bound(past, volume, type(uint256).max);
        _dealBoost();

        _assertPushRefused(abi.encodeWithSelector(ITasks.IndexOutOfRange.selector, dealId, index, 0, volume));
    }

    function testFuzz_RevertWhen_TheDeadlineHasPassed(uint256 time) external {
        _dealBoost();

        vm.warp(DEADLINE);
        _assertPushRefused(abi.encodeWithSelector(IContributions.ContributionsClosed.selector, _taskId(), DEADLINE));
        vm.warp(bound(time, DEADLINE, type(uint64).max));
        _assertPushRefused(abi.encodeWithSelector(IContributions.ContributionsClosed.selector, _taskId(), DEADLINE));
    }

    function test_RevertGiven_TheTaskWasPushed() external {
        _withVolume(2);
        _dealBoost();
        _push();

        _assertPushRefused(
            abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, _taskId(), TaskStatus.COMPLETED)
        );
    }

    /// @dev Time does not run back on a chain; here it does, so that only the status stands in the way.
    function test_RevertGiven_TheTaskWasClaimed() external {
        _withVolume(2);
        _dealBoost();
        vm.warp(DEADLINE);
        poco.claimBoost(dealId, 0);
        vm.warp(NOW);

        _assertPushRefused(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, _taskId(), TaskStatus.FAILED));
    }

    function test_RevertGiven_TheTaskWasClaimedAndTheDeadlineHasPassed() external {
        _dealBoost();
        vm.warp(DEADLINE);
        poco.claimBoost(dealId, 0);

        _assertPushRefused(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, _taskId(), TaskStatus.FAILED));
    }

    function testFuzz_WhenTheDeadlineIsAhead(uint256 time) external {
        _dealBoost();
        vm.warp(time % 2 == 0 ? DEADLINE - 1 : bound(time, NOW, DEADLINE - 1));
        _push();

        // It should complete the task.
        assertEq(uint8(poco.viewTask(_taskId()).status), uint8(TaskStatus.COMPLETED));
    }

    function testFuzz_ShouldCompleteAnyTaskOfTheDealAlone(uint256 volume, uint256 which) external {
        volume = bound(volume, 2, 100);
        _withVolume(volume);
        index = bound(which, 0, volume - 1);
        _dealBoost();
        _push();

        assertEq(uint8(poco.viewTask(_taskId()).status), uint8(TaskStatus.COMPLETED), "this");
        assertEq(uint8(poco.viewTask(dealId.taskAt((index + 1) % volume)).status), uint8(TaskStatus.UNSET), "next");
        assertEq(poco.frozenOf(requester.addr), PRICE * (volume - 1), "frozen by the requester");
        assertEq(poco.frozenOf(scheduler.addr), POOL_STAKE * (volume - 1), "frozen by the scheduler");
    }

    function test_ShouldCountTasksFromZeroWhateverWasConsumedBefore() external {
        _withVolume(5);
        appOrder.volume = 3;
        _dealBoost();
        appOrder.volume = 5;
        _dealBoost();
        assertEq(poco.viewDealBoost(dealId).botFirst, 3, "first");
        index = 2;
        _assertPushRefused(abi.encodeWithSelector(ITasks.IndexOutOfRange.selector, dealId, 2, 0, 2));

        index = 0;
        _push();
        assertEq(uint8(poco.viewTask(dealId.taskAt(0)).status), uint8(TaskStatus.COMPLETED));
    }

    function test_ShouldPayTheWorkerThenAppAndDatasetThenTheScheduler() external {
        _dealBoost();
        vm.recordLogs();
        _push();
        Vm.Log[] memory heard = vm.getRecordedLogs();

        emit IEscrowMoves.Seize(requester.addr, PRICE, _ref());
        _emitReward(worker.addr, 1_980);
        _emitReward(appProvider.addr, APP_PRICE);
        _emitReward(dataProvider.addr, DATASET_PRICE);
        _emitUnlock(POOL_STAKE);
        _emitReward(scheduler.addr, 20);
        emit IBoost.ResultPushedBoost(dealId, 0, results);
        _assertSame(heard, vm.getRecordedLogs());
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
        assertEq(poco.balanceOf(scheduler.addr), FUNDS + 20, "scheduler");
        assertEq(poco.balanceOf(worker.addr), FUNDS + 1_980, "worker");
        assertEq(poco.balanceOf(appProvider.addr), APP_PRICE, "app provider");
        assertEq(poco.balanceOf(dataProvider.addr), DATASET_PRICE, "data provider");
        assertEq(poco.balanceOf(requester.addr), FUNDS - PRICE, "requester");
    }

    function test_ShouldAddTheShareOfTheKittyToWhatTheSchedulerHas() external {
        _withVolume(2);
        _dealBoost();
        // The stake of a failed task is all that the kitty has, and less than it gives at least.
        vm.warp(DEADLINE);
        poco.claimBoost(dealId, 1);
        vm.warp(NOW);
        assertEq(poco.frozenOf(poco.kitty_address()), POOL_STAKE, "kitty");

        vm.recordLogs();
        _push();
        Vm.Log[] memory heard = vm.getRecordedLogs();
        emit IEscrowMoves.Seize(requester.addr, PRICE, _ref());
        _emitReward(worker.addr, 1_980);
        _emitReward(appProvider.addr, APP_PRICE);
        _emitReward(dataProvider.addr, DATASET_PRICE);
        _emitUnlock(POOL_STAKE);
        emit IEscrowMoves.Seize(poco.kitty_address(), POOL_STAKE, _ref());
        _emitReward(scheduler.addr, 20 + POOL_STAKE);
        emit IBoost.ResultPushedBoost(dealId, 0, results);
        _assertSame(heard, vm.getRecordedLogs());
        assertEq(poco.frozenOf(poco.kitty_address()), 0, "kitty");
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
    }

    function test_ShouldPayTheOwnersOfTheTimeOfTheDeal() external {
        _dealBoost();
        vm.prank(appProvider.addr);
        appRegistry.transferFrom(appProvider.addr, anyone.addr, uint256(uint160(app)));
        vm.prank(dataProvider.addr);
        datasetRegistry.transferFrom(dataProvider.addr, anyone.addr, uint256(uint160(dataset)));
        vm.prank(scheduler.addr);
        workerpoolRegistry.transferFrom(scheduler.addr, anyone.addr, uint256(uint160(workerpool)));
        _push();

        assertEq(poco.balanceOf(anyone.addr), FUNDS, "buyer");
        assertEq(poco.balanceOf(appProvider.addr), APP_PRICE, "app provider");
        assertEq(poco.balanceOf(dataProvider.addr), DATASET_PRICE, "data provider");
        assertEq(poco.balanceOf(scheduler.addr), FUNDS + 20, "scheduler");
    }

    function test_ShouldSayNothingOfAssetsThatCostNothing() external {
        appOrder.appprice = 0;
        _withoutDataset();
        _dealBoost();
        vm.recordLogs();
        _push();
        Vm.Log[] memory heard = vm.getRecordedLogs();

        emit IEscrowMoves.Seize(requester.addr, POOL_PRICE, _ref());
        _emitReward(worker.addr, 1_980);
        _emitUnlock(POOL_STAKE);
        _emitReward(scheduler.addr, 20);
        emit IBoost.ResultPushedBoost(dealId, 0, results);
        _assertSame(heard, vm.getRecordedLogs());
    }

    function test_ShouldSayTheRestEvenAtPricesOfZero() external {
        appOrder.appprice = datasetOrder.datasetprice = workerpoolOrder.workerpoolprice = 0;
        _dealBoost();
        vm.recordLogs();
        _push();
        Vm.Log[] memory heard = vm.getRecordedLogs();

        emit IEscrowMoves.Seize(requester.addr, 0, _ref());
        _emitReward(worker.addr, 0);
        _emitUnlock(0);
        _emitReward(scheduler.addr, 0);
        emit IBoost.ResultPushedBoost(dealId, 0, results);
        _assertSame(heard, vm.getRecordedLogs());
    }

    function testFuzz_ShouldSplitThePriceByTheRatioOfTheTimeOfTheDeal(uint256 price, uint256 ratio) external {
        price = bound(price, 0, FUNDS / 2);
        ratio = bound(ratio, 0, 100);
        vm.startPrank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(30, ratio);
        vm.stopPrank();
        workerpoolOrder.workerpoolprice = requestOrder.workerpoolmaxprice = price;
        _dealBoost();
        vm.prank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(30, 50);
        _push();

        uint256 share = (price * (100 - ratio)) / 100;
        assertEq(poco.balanceOf(worker.addr), FUNDS + share, "worker");
        assertEq(poco.balanceOf(scheduler.addr), FUNDS + price - share, "scheduler");
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
    }

    function testFuzz_ShouldKeepNothingOfTheResultsButTheirEvent(bytes calldata some) external {
        results = resultsCallback = some;
        _dealBoost();
        vm.expectEmit(address(poco));
        emit IBoost.ResultPushedBoost(dealId, 0, some);
        _push();

        Task memory task = poco.viewTask(_taskId());
        Task memory bare;
        bare.status = TaskStatus.COMPLETED;
        assertEq(abi.encode(task), abi.encode(bare), "task");
        assertEq(poco.resultFor(_taskId()), "", "result");
    }

    function _ref() private view returns (bytes32) {
        return TaskId.unwrap(_taskId());
    }

    function _emitReward(address account, uint256 amount) private {
        emit IERC20.Transfer(address(poco), account, amount);
        emit IEscrowMoves.Reward(account, amount, _ref());
    }

    function _emitUnlock(uint256 amount) private {
        emit IERC20.Transfer(address(poco), scheduler.addr, amount);
        emit IEscrowMoves.Unlock(scheduler.addr, amount);
    }
}

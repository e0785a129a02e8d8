// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IEscrowMoves} from "../../../../contracts/interfaces/IEscrowMoves.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {Task, TaskStatus} from "../../../../contracts/types/Task.sol";
import {BoostMarket} from "../../../fixtures/BoostMarket.sol";

contract ClaimBoost_Unit_Test is BoostMarket {
    function testFuzz_RevertGiven_ThereIsNoSuchDeal(DealId unknown, uint256 which) external {
        _assertRefused(unknown, which, abi.encodeWithSelector(ITasks.UnknownDeal.selector, unknown));
    }

    function test_RevertGiven_ItIsAClassicDeal() external {
        dealId = _matchOrders();
        vm.warp(DEADLINE);

        _assertRefused(dealId, 0, abi.encodeWithSelector(ITasks.UnknownDeal.selector, dealId));
    }

    function testFuzz_RevertWhen_TheIndexIsPastTheLastTask(uint256 volume, uint256 which) external {
        volume = bound(volume, 1, 100);
        which = bound(which, volume, type(uint256).max);
        _withVolume(volume);
        _dealBoost();
        vm.warp(DEADLINE);

        _assertRefused(
            dealId,
            which,
            abi.encodeWithSelector(ITasks.IndexOutOfRange.selector, dealId, which, 0, volume)
        );
    }

    function testFuzz_RevertWhen_TheDeadlineIsAhead(uint256 time) external {
        _dealBoost();
        bytes memory reason = abi.encodeWithSelector(ITasks.TaskStillRunning.selector, _taskId(), DEADLINE);

        vm.warp(DEADLINE - 1);
        _assertRefused(dealId, 0, reason);
        vm.warp(bound(time, NOW, DEADLINE - 1));
        _assertRefused(dealId, 0, reason);
    }

    function test_RevertGiven_TheTaskWasPushed() external {
        _withVolume(2);
        _dealBoost();
        _push();
        vm.warp(DEADLINE);

        _assertRefused(dealId, 0, _unexpected(TaskStatus.COMPLETED));
    }

    function test_RevertGiven_TheTaskWasClaimed() external {
        _withVolume(2);
        _dealBoost();
        vm.warp(DEADLINE);
        poco.claimBoost(dealId, 0);

        _assertRefused(dealId, 0, _unexpected(TaskStatus.FAILED));
    }

    /// @dev Waiting would not help, so that is not what it says.
    function test_RevertGiven_TheTaskWasPushedAndTheDeadlineIsAhead() external {
        _dealBoost();
        _push();

        _assertRefused(dealId, 0, _unexpected(TaskStatus.COMPLETED));
    }

    function testFuzz_WhenTheDeadlineHasPassed(uint256 time, address caller) external {
        _dealBoost();
        vm.warp(time % 2 == 0 ? DEADLINE : bound(time, DEADLINE, type(uint64).max));
        vm.prank(caller);
        poco.claimBoost(dealId, 0);

        // It should fail the task.
        Task memory bare;
        bare.status = TaskStatus.FAILED;
        assertEq(abi.encode(poco.viewTask(_taskId())), abi.encode(bare), "task");
        // It should refund the payer.
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
        assertEq(poco.frozenOf(requester.addr), 0, "requester, frozen");
        // It should give the stake of the scheduler to the kitty.
        assertEq(poco.balanceOf(scheduler.addr), FUNDS - POOL_STAKE, "scheduler");
        assertEq(poco.frozenOf(scheduler.addr), 0, "scheduler, frozen");
        assertEq(poco.frozenOf(poco.kitty_address()), POOL_STAKE, "kitty");
        assertEq(poco.balanceOf(address(poco)), POOL_STAKE, "hub");
    }

    function test_ShouldSayWhatMovesThenThatTheTaskFailed() external {
        _dealBoost();

        _assertSaid(PRICE, POOL_STAKE);
    }

    function test_ShouldSayAllOfItAtPricesOfZero() external {
        appOrder.appprice = datasetOrder.datasetprice = workerpoolOrder.workerpoolprice = 0;
        _dealBoost();

        _assertSaid(0, 0);
    }

    function testFuzz_ShouldFailOneTaskAlone(uint256 volume, uint256 which) external {
        volume = bound(volume, 2, 100);
        _withVolume(volume);
        index = bound(which, 0, volume - 1);
        _dealBoost();
        vm.warp(DEADLINE);
        poco.claimBoost(dealId, index);

        assertEq(uint8(poco.viewTask(_taskId()).status), uint8(TaskStatus.FAILED), "this");
        assertEq(uint8(poco.viewTask(dealId.taskAt((index + 1) % volume)).status), uint8(TaskStatus.UNSET), "next");
        assertEq(poco.frozenOf(requester.addr), PRICE * (volume - 1), "frozen by the requester");
        assertEq(poco.frozenOf(scheduler.addr), POOL_STAKE * (volume - 1), "frozen by the scheduler");
    }

    function test_ShouldTakeTheStakeOfWhoHadTheWorkerpoolThen() external {
        _dealBoost();
        vm.prank(scheduler.addr);
        workerpoolRegistry.transferFrom(scheduler.addr, anyone.addr, uint256(uint160(workerpool)));
        vm.warp(DEADLINE);
        poco.claimBoost(dealId, 0);

        assertEq(poco.balanceOf(scheduler.addr), FUNDS - POOL_STAKE, "seller");
        assertEq(poco.frozenOf(scheduler.addr), 0, "seller, frozen");
        assertEq(poco.balanceOf(anyone.addr), FUNDS, "buyer");
    }

    function _assertSaid(uint256 price, uint256 stake) private {
        vm.warp(DEADLINE);
        vm.recordLogs();
        poco.claimBoost(dealId, 0);
        Vm.Log[] memory heard = vm.getRecordedLogs();

        emit IERC20.Transfer(address(poco), requester.addr, price);
        emit IEscrowMoves.Unlock(requester.addr, price);
        emit IEscrowMoves.Seize(scheduler.addr, stake, TaskId.unwrap(_taskId()));
        emit IEscrowMoves.Reward(poco.kitty_address(), stake, TaskId.unwrap(_taskId()));
        emit IEscrowMoves.Lock(poco.kitty_address(), stake);
        emit ITasks.TaskClaimed(_taskId());
        _assertSame(heard, vm.getRecordedLogs());
    }

    function _assertRefused(DealId id, uint256 which, bytes memory reason) private {
        vm.expectRevert(reason);
        poco.claimBoost(id, which);
    }

    function _unexpected(TaskStatus status) private view returns (bytes memory) {
        return abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, _taskId(), status);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IConsensus} from "../../../../contracts/interfaces/IConsensus.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {LeastGas} from "../../../fixtures/LeastGas.sol";
import {Work} from "../../../fixtures/Work.sol";
import {BombingConsumer} from "../../../mocks/BombingConsumer.sol";
import {BurningConsumer} from "../../../mocks/BurningConsumer.sol";
import {RecordingConsumer} from "../../../mocks/RecordingConsumer.sol";
import {ReenteringConsumer} from "../../../mocks/ReenteringConsumer.sol";
import {RevertingConsumer} from "../../../mocks/RevertingConsumer.sol";

contract Finalize_Callback_Unit_Test is Work, LeastGas {
    bytes internal constant ANSWER = "forty-two";
    bytes32 internal constant ANSWER_DIGEST = keccak256(ANSWER);
    /// @dev Enough for all that the callbacks here try, many times over.
    uint256 internal constant CALLBACK_GAS = 3_000_000;

    function setUp() public override {
        super.setUp();
        vm.prank(owner.addr);
        poco.setCallbackGas(CALLBACK_GAS);
    }

    /// @dev A task of a deal with this callback, ready to be finalized with {ANSWER}.
    function _readyTask(address callback) internal returns (TaskId taskId) {
        requestOrder.callback = callback;
        taskId = _openTask();
        _contribute(taskId, worker, ANSWER_DIGEST);
        vm.prank(worker.addr);
        poco.reveal(taskId, ANSWER_DIGEST);
    }

    function _finalize(TaskId taskId) internal {
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", ANSWER);
    }

    function _assertPaid(TaskId taskId) internal view {
        _assertStatus(taskId, TaskStatus.COMPLETED);
        assertEq(poco.resultFor(taskId), ANSWER, "result");
        assertEq(poco.balanceOf(worker.addr), FUNDS + (POOL_PRICE * 99) / 100, "worker");
        assertEq(poco.balanceOf(requester.addr), FUNDS - PRICE, "requester");
        _assertBooksBalance();
    }

    function test_GivenTheCallbackIsAnAccountWithoutCode() external {
        vm.prank(owner.addr);
        poco.setCallbackGas(5_000_000);
        TaskId taskId = _readyTask(makeAddr("somebody"));

        // It should complete the task with little gas.
        vm.prank(scheduler.addr);
        poco.finalize{gas: 1_000_000}(taskId, "results", ANSWER);
        _assertPaid(taskId);
    }

    function test_GivenTheCallbackListens() external {
        RecordingConsumer consumer = new RecordingConsumer();
        TaskId taskId = _readyTask(address(consumer));

        vm.recordLogs();
        _finalize(taskId);

        // It should tell the callback what was agreed on.
        assertEq(consumer.calls(), 1, "calls");
        assertEq(consumer.id(), TaskId.unwrap(taskId), "id");
        assertEq(consumer.result(), ANSWER, "result");
        // It should tell it last when all is done.
        assertEq(uint8(consumer.status()), uint8(TaskStatus.COMPLETED), "status seen");
        assertEq(consumer.resultSeen(), ANSWER, "result seen");
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs[logs.length - 1].emitter, address(consumer), "last event");
        assertEq(logs[logs.length - 2].topics[0], IConsensus.TaskFinalize.selector, "event before");
        // It should give it the gas that was promised and no more.
        assertLe(consumer.gasGiven(), CALLBACK_GAS, "at most");
        assertGt(consumer.gasGiven(), CALLBACK_GAS - 2_000, "at least");
        _assertPaid(taskId);
    }

    function test_GivenTheCallbackReverts() external {
        TaskId taskId = _readyTask(address(new RevertingConsumer()));

        // It should complete the task although it was refused.
        _finalize(taskId);
        _assertPaid(taskId);
    }

    function test_GivenTheCallbackBurnsItsGas() external {
        uint256 usual = _gasWithoutCallback();
        TaskId taskId = _readyTask(address(new BurningConsumer()));

        // It should complete the task for no more than that.
        assertLt(_gasOfFinalizing(taskId), usual + CALLBACK_GAS + 20_000, "gas");
        _assertPaid(taskId);
    }

    function test_GivenTheCallbackAnswersWithABomb() external {
        address bomb = address(new BombingConsumer());
        (bool exploded, bytes memory answer) = bomb.call{gas: CALLBACK_GAS}("");
        assertTrue(exploded && answer.length == 130_000, "a live bomb");
        uint256 usual = _gasWithoutCallback();
        TaskId taskId = _readyTask(bomb);

        // It should complete the task without copying it.
        uint256 used = _gasOfFinalizing(taskId);
        assertLt(used, usual + 80_000, "gas: the bomb's own memory takes 50,000, copying it as much again");
        _assertPaid(taskId);
    }

    /// @dev What finalizing takes where the callback is nobody.
    function _gasWithoutCallback() internal returns (uint256 used) {
        uint256 before = vm.snapshotState();
        used = _gasOfFinalizing(_readyTask(makeAddr("somebody")));
        vm.revertToState(before);
    }

    function _gasOfFinalizing(TaskId taskId) internal returns (uint256) {
        uint256 before = gasleft();
        _finalize(taskId);
        return before - gasleft();
    }

    /// @dev What the callback tries.
    function _attempt(uint256 number, TaskId taskId) internal view returns (bytes memory) {
        if (number == 0) return abi.encodeCall(poco.claim, (taskId));
        if (number == 1) return abi.encodeCall(poco.reopen, (taskId));
        if (number == 2) return abi.encodeCall(poco.finalize, (taskId, "results", ANSWER));
        if (number == 3) return abi.encodeCall(poco.reveal, (taskId, ANSWER_DIGEST));
        return abi.encodeCall(poco.contributeAndFinalize, (taskId, ANSWER_DIGEST, "", ANSWER, address(0), "", ""));
    }

    function test_GivenTheCallbackCallsBack() external {
        // It should find the task completed whatever it tries.
        for (uint256 i; i < 5; ++i) {
            uint256 before = vm.snapshotState();
            ReenteringConsumer consumer = new ReenteringConsumer();
            TaskId taskId = _readyTask(address(consumer));
            consumer.plan(_attempt(i, taskId));

            _finalize(taskId);

            assertTrue(consumer.called(), "called");
            assertFalse(consumer.success(), "re-entry");
            bytes memory refusal = abi.encodeWithSelector(
                ITasks.UnexpectedTaskStatus.selector,
                taskId,
                TaskStatus.COMPLETED
            );
            assertEq(consumer.answer(), refusal, "refusal");
            _assertPaid(taskId);
            vm.revertToState(before);
        }
    }

    function test_GivenTheCallbackIsTheHubItself() external {
        TaskId taskId = _readyTask(address(poco));

        // It should complete the task as usual.
        _finalize(taskId);
        _assertPaid(taskId);
    }

    function test_WhenTheTransactionComesWithAnyAmountOfGas() external {
        RecordingConsumer consumer = new RecordingConsumer();
        TaskId taskId = _readyTask(address(consumer));
        bytes memory call = abi.encodeCall(poco.finalize, (taskId, "", ANSWER));
        uint256 least = _leastGas(scheduler.addr, address(poco), call);

        // It should either tell the callback with all its gas or revert.
        (bool success, bytes memory answer) = _callWith(least - 1, scheduler.addr, address(poco), call);
        assertFalse(success, "one less");
        uint256 needed = CALLBACK_GAS + CALLBACK_GAS / 63 + 500;
        assertEq(answer, abi.encodeWithSelector(ITasks.CallbackGasMissing.selector, needed - 1, needed), "refusal");
        for (uint256 i = 1; i <= 20; ++i) {
            uint256 before = vm.snapshotState();
            uint256 given = (least * i) / 10;
            (success, ) = _callWith(given, scheduler.addr, address(poco), call);
            assertEq(success, given >= least, "success");
            assertEq(consumer.calls(), success ? 1 : 0, "calls");
            if (success) assertGt(consumer.gasGiven(), CALLBACK_GAS - 2_000, "gas given");
            vm.revertToState(before);
        }
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IConsensus} from "../../../../contracts/interfaces/IConsensus.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Work} from "../../../fixtures/Work.sol";
import {BombingConsumer} from "../../../mocks/BombingConsumer.sol";
import {BurningConsumer} from "../../../mocks/BurningConsumer.sol";
import {RecordingConsumer} from "../../../mocks/RecordingConsumer.sol";
import {ReenteringConsumer} from "../../../mocks/ReenteringConsumer.sol";
import {RevertingConsumer} from "../../../mocks/RevertingConsumer.sol";

contract Finalize_Callback_Unit_Test is Work {
    bytes internal constant ANSWER = "forty-two";
    bytes32 internal constant ANSWER_DIGEST = keccak256(ANSWER);
    uint256 internal constant CALLBACK_GAS = 300_000;

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
        poco.setCallbackGas(type(uint96).max);
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
        TaskId taskId = _readyTask(address(new BurningConsumer()));

        // It should complete the task for no more than that.
        vm.prank(scheduler.addr);
        poco.finalize{gas: 1_000_000}(taskId, "results", ANSWER);
        _assertPaid(taskId);
    }

    function test_GivenTheCallbackAnswersWithABomb() external {
        address bomb = address(new BombingConsumer());
        (bool exploded, bytes memory answer) = bomb.call{gas: CALLBACK_GAS}("");
        assertTrue(exploded && answer.length == 130_000, "a live bomb");
        TaskId taskId = _readyTask(bomb);
        TaskId quiet = _readyTaskAgain(makeAddr("somebody"));
        uint256 before = gasleft();
        _finalize(quiet);
        uint256 usual = before - gasleft();

        before = gasleft();
        _finalize(taskId);

        // It should complete the task without copying it.
        uint256 used = before - gasleft();
        assertLt(used, usual + 80_000, "gas: the bomb's own memory takes 50,000, copying it as much again");
        _assertStatus(taskId, TaskStatus.COMPLETED);
    }

    /// @dev Another deal of the same people.
    function _readyTaskAgain(address callback) internal returns (TaskId) {
        (appOrder.salt, datasetOrder.salt, workerpoolOrder.salt, requestOrder.salt) = ("2", "2", "2", "2");
        return _readyTask(callback);
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
        _withVolume(90);
        requestOrder.callback = address(consumer);
        _signOrders();
        DealId dealId = poco.matchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);

        // It should either tell the callback with all its gas or revert.
        uint256 refused;
        uint256 told;
        for (uint256 i; i < 90; ++i) {
            TaskId taskId = poco.initialize(dealId, i);
            _contribute(taskId, worker, ANSWER_DIGEST);
            vm.prank(worker.addr);
            poco.reveal(taskId, ANSWER_DIGEST);

            vm.prank(scheduler.addr);
            (bool success, bytes memory answer) = address(poco).call{gas: 250_000 + i * 3_000}(
                abi.encodeCall(poco.finalize, (taskId, "", ANSWER))
            );
            if (success) {
                ++told;
                assertGt(consumer.gasGiven(), CALLBACK_GAS - 2_000, "gas given");
            } else if (answer.length > 0) {
                ++refused;
                _assertGasMissing(answer);
            }
            assertEq(consumer.calls(), told, "calls");
        }
        assertGt(told, 5, "told");
        assertGt(refused, 5, "refused");
    }

    /// @dev The refusal says what the callback, its 64th and the call cost.
    function _assertGasMissing(bytes memory answer) internal pure {
        bytes memory arguments = new bytes(64);
        for (uint256 i; i < 64; ++i) arguments[i] = answer[4 + i];
        (uint256 available, uint256 needed) = abi.decode(arguments, (uint256, uint256));
        assertEq(bytes4(answer), ITasks.CallbackGasMissing.selector, "error");
        assertEq(needed, CALLBACK_GAS + CALLBACK_GAS / 63 + 5_000, "needed");
        assertLt(available, needed, "available");
    }
}

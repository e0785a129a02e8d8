// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IConsensus} from "../../../../contracts/interfaces/IConsensus.sol";
import {IContributions} from "../../../../contracts/interfaces/IContributions.sol";
import {IDataContracts} from "../../../../contracts/interfaces/IDataContracts.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract Finalize_Unit_Test is Journal {
    function _finalize(TaskId taskId, address caller) internal {
        vm.prank(caller);
        poco.finalize(taskId, "results", "");
    }

    function _expectUnexpectedStatus(TaskId taskId, TaskStatus status) internal {
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, status));
    }

    function _expectNotTheScheduler(TaskId taskId, address caller) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IConsensus.CallerIsNotTheScheduler.selector, taskId, caller, scheduler.addr)
        );
    }

    function _expectRevealsMissing(TaskId taskId, uint256 revealed, uint256 winners) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IConsensus.RevealsMissing.selector, taskId, revealed, winners, REVEAL_DEADLINE)
        );
    }

    /// @dev A task that one worker did and revealed, ready to be finalized.
    function _readyTask() internal returns (TaskId taskId) {
        taskId = _agreedTask();
        _reveal(taskId, worker.addr);
    }

    // State

    function testFuzz_RevertGiven_TheTaskIsUnknown(bytes32 taskId) external {
        _expectUnexpectedStatus(TaskId.wrap(taskId), TaskStatus.UNSET);
        _finalize(TaskId.wrap(taskId), scheduler.addr);
    }

    function test_RevertGiven_TheTaskIsActive() external {
        TaskId taskId = _openTask();

        _expectUnexpectedStatus(taskId, TaskStatus.ACTIVE);
        _finalize(taskId, scheduler.addr);
    }

    function test_RevertGiven_TheTaskIsCompleted() external {
        TaskId taskId = _completedTask();

        _expectUnexpectedStatus(taskId, TaskStatus.COMPLETED);
        _finalize(taskId, scheduler.addr);
    }

    function test_RevertGiven_TheTaskHasFailed() external {
        TaskId taskId = _readyTask();
        vm.warp(FINAL_DEADLINE);
        poco.claim(taskId);

        _expectUnexpectedStatus(taskId, TaskStatus.FAILED);
        _finalize(taskId, scheduler.addr);
    }

    // Who and when

    function testFuzz_RevertWhen_TheCallerIsNotTheScheduler(address caller) external {
        vm.assume(caller != scheduler.addr);
        TaskId taskId = _readyTask();

        _expectNotTheScheduler(taskId, caller);
        _finalize(taskId, caller);
        // The caller was all that was wrong.
        _finalize(taskId, scheduler.addr);
    }

    function test_RevertWhen_TheCallerBoughtTheWorkerpoolSince() external {
        TaskId taskId = _readyTask();
        _sellWorkerpool();

        _expectNotTheScheduler(taskId, buyer.addr);
        _finalize(taskId, buyer.addr);
        _finalize(taskId, scheduler.addr);
    }

    function testFuzz_RevertWhen_TheFinalDeadlineHasPassed(uint256 time) external {
        TaskId taskId = _readyTask();
        bytes memory over = abi.encodeWithSelector(IConsensus.FinalDeadlinePassed.selector, taskId, FINAL_DEADLINE);

        vm.warp(bound(time, FINAL_DEADLINE + 1, type(uint40).max));
        vm.expectRevert(over);
        _finalize(taskId, scheduler.addr);
        vm.warp(FINAL_DEADLINE);
        vm.expectRevert(over);
        _finalize(taskId, scheduler.addr);
        vm.warp(FINAL_DEADLINE - 1);
        _finalize(taskId, scheduler.addr);
    }

    function testFuzz_RevertGiven_NobodyRevealed(uint256 time) external {
        TaskId taskId = _contestedTask();

        vm.warp(bound(time, NOW, FINAL_DEADLINE - 1));
        _expectRevealsMissing(taskId, 0, 3);
        _finalize(taskId, scheduler.addr);
        vm.warp(REVEAL_DEADLINE);
        _expectRevealsMissing(taskId, 0, 3);
        _finalize(taskId, scheduler.addr);
    }

    function testFuzz_RevertGiven_SomeWinnersMayStillReveal(uint256 time) external {
        TaskId taskId = _contestedTask();
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker4.addr);

        vm.warp(bound(time, NOW, REVEAL_DEADLINE - 1));
        _expectRevealsMissing(taskId, 2, 3);
        _finalize(taskId, scheduler.addr);
        vm.warp(REVEAL_DEADLINE - 1);
        _expectRevealsMissing(taskId, 2, 3);
        _finalize(taskId, scheduler.addr);
        vm.warp(REVEAL_DEADLINE);
        _finalize(taskId, scheduler.addr);
    }

    // What

    function testFuzz_RevertWhen_TheCallbackDataIsNotWhatWasAgreedOn(bytes calldata data) external {
        vm.assume(data.length > 0);
        TaskId taskId = _readyTask();

        vm.expectRevert(
            abi.encodeWithSelector(IContributions.CallbackMismatch.selector, taskId, keccak256(data), DIGEST)
        );
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", data);
    }

    function test_RevertWhen_TheDealHasACallbackThatWouldReceiveSomethingElse() external {
        requestOrder.callback = makeAddr("callback");
        TaskId taskId = _readyTask();

        vm.expectRevert(
            abi.encodeWithSelector(IContributions.CallbackMismatch.selector, taskId, keccak256(""), DIGEST)
        );
        _finalize(taskId, scheduler.addr);
    }

    function testFuzz_RevertWhen_TheResultsAreTooLong(uint256 excess) external {
        TaskId taskId = _readyTask();
        // A byte of flags and one that says that there is no callback data.
        uint256 most = 24_575 - 2;
        excess = bound(excess, 1, 10_000);

        vm.expectRevert(abi.encodeWithSelector(IDataContracts.TooLongForCode.selector, 24_575 + excess, 24_575));
        vm.prank(scheduler.addr);
        poco.finalize(taskId, new bytes(most + excess), "");
        vm.prank(scheduler.addr);
        poco.finalize(taskId, new bytes(most), "");
        assertEq(poco.viewTask(taskId).results.length, most, "results");
    }

    // Payments

    function testFuzz_GivenOneWorkerDidIt(uint256 ratio, uint64 score, bytes calldata results) external {
        ratio = bound(ratio, 0, 100);
        _setPolicy(30, ratio);
        TaskId taskId = _readyTask();
        _setScore(worker.addr, score);
        uint256 share = (POOL_PRICE * (100 - ratio)) / 100;

        _record();
        vm.prank(scheduler.addr);
        poco.finalize(taskId, results, "");

        // It should emit moves and {TaskFinalize} in order.
        _noteSuppliers(taskId, requester.addr);
        _noteUnlock(worker.addr, WORKER_STAKE);
        _noteReward(worker.addr, share, taskId);
        _noteReward(scheduler.addr, POOL_PRICE - share, taskId);
        _noteFinalize(taskId, results);
        _assertJournal();
        // It should complete the task.
        _assertStatus(taskId, TaskStatus.COMPLETED);
        assertEq(poco.viewTask(taskId).results, results, "results");
        // It should pay everyone.
        assertEq(poco.balanceOf(requester.addr), FUNDS - PRICE, "requester");
        assertEq(poco.balanceOf(appProvider.addr), APP_PRICE, "app");
        assertEq(poco.balanceOf(dataProvider.addr), DATASET_PRICE, "dataset");
        assertEq(poco.balanceOf(worker.addr), FUNDS + share, "worker");
        assertEq(poco.balanceOf(scheduler.addr), FUNDS + POOL_PRICE - share, "scheduler");
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
        _assertBooksBalance();
        // It should leave the score as it is.
        assertEq(poco.viewScore(worker.addr), score, "score");
    }

    function test_GivenSeveralWorkersDidItAndOneLied() external {
        TaskId taskId = _contestedTask();
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker3.addr);
        _reveal(taskId, worker4.addr);
        // 2000 for the pool and 600 from the liar; 99 % of it are 2574.
        uint256 share = 2574 / 3;

        _record();
        _finalize(taskId, scheduler.addr);

        // It should name winners and losers in the order in which they came.
        // It should give the stake of the loser to the others.
        _noteSuppliers(taskId, requester.addr);
        _noteAccurate(worker.addr, WORKER_STAKE, share, taskId);
        _noteFaulty(worker2.addr, WORKER_STAKE, taskId);
        _noteAccurate(worker3.addr, WORKER_STAKE, share, taskId);
        _noteAccurate(worker4.addr, WORKER_STAKE, share, taskId);
        _noteReward(scheduler.addr, 2600 - 3 * share, taskId);
        _noteFinalize(taskId, "results");
        _assertJournal();
        assertEq(poco.balanceOf(worker2.addr), FUNDS - WORKER_STAKE, "liar");
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
        _assertBooksBalance();
    }

    function test_GivenSomeWinnersDidNotRevealInTime() external {
        TaskId taskId = _contestedTask();
        _reveal(taskId, worker3.addr);
        vm.warp(REVEAL_DEADLINE);

        _record();
        _finalize(taskId, scheduler.addr);

        // It should treat them as losers.
        uint256 share = ((POOL_PRICE + 3 * WORKER_STAKE) * 99) / 100;
        _noteSuppliers(taskId, requester.addr);
        _noteFaulty(worker.addr, WORKER_STAKE, taskId);
        _noteFaulty(worker2.addr, WORKER_STAKE, taskId);
        _noteAccurate(worker3.addr, WORKER_STAKE, share, taskId);
        _noteFaulty(worker4.addr, WORKER_STAKE, taskId);
        _noteReward(scheduler.addr, POOL_PRICE + 3 * WORKER_STAKE - share, taskId);
        _noteFinalize(taskId, "results");
        _assertJournal();
        _assertBooksBalance();
    }

    function test_GivenWorkersWereRejectedBefore() external {
        TaskId taskId = _reopenedTask();
        _contribute(taskId, worker2, DIGEST);
        _reveal(taskId, worker2.addr);

        _record();
        _finalize(taskId, scheduler.addr);

        // It should treat the rejected as losers.
        uint256 share = ((POOL_PRICE + WORKER_STAKE) * 99) / 100;
        _noteSuppliers(taskId, requester.addr);
        _noteFaulty(worker.addr, WORKER_STAKE, taskId);
        _noteAccurate(worker2.addr, WORKER_STAKE, share, taskId);
        _noteReward(scheduler.addr, POOL_PRICE + WORKER_STAKE - share, taskId);
        _noteFinalize(taskId, "results");
        _assertJournal();
        _assertBooksBalance();
    }

    function test_GivenSomebodyElseSponsoredTheDeal() external {
        _signOrders();
        vm.prank(sponsor.addr);
        DealId dealId = poco.sponsorMatchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        TaskId taskId = poco.initialize(dealId, 0);
        _contribute(taskId, worker, DIGEST);
        _reveal(taskId, worker.addr);

        _finalize(taskId, scheduler.addr);

        // It should take the money of the sponsor.
        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE, "sponsor");
        assertEq(poco.frozenOf(sponsor.addr), 0, "sponsor, frozen");
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
        _assertBooksBalance();
    }

    function test_GivenTheAssetsWereSoldSince() external {
        TaskId taskId = _readyTask();
        _sellWorkerpool();
        vm.prank(appProvider.addr);
        appRegistry.transferFrom(appProvider.addr, buyer.addr, uint256(uint160(app)));
        vm.prank(dataProvider.addr);
        datasetRegistry.transferFrom(dataProvider.addr, buyer.addr, uint256(uint160(dataset)));

        _finalize(taskId, scheduler.addr);

        // It should pay the owners at deal time.
        assertEq(poco.balanceOf(appProvider.addr), APP_PRICE, "app");
        assertEq(poco.balanceOf(dataProvider.addr), DATASET_PRICE, "dataset");
        assertEq(poco.balanceOf(scheduler.addr), FUNDS + POOL_PRICE / 100, "scheduler");
        assertEq(poco.balanceOf(buyer.addr), FUNDS, "buyer");
        _assertBooksBalance();
    }

    function test_GivenNothingWasToBePaid() external {
        _withoutPrices();
        TaskId taskId = _readyTask();

        _record();
        _finalize(taskId, scheduler.addr);

        // It should emit moves of zero but none to app and dataset.
        _noteSeize(requester.addr, 0, taskId);
        _noteUnlock(scheduler.addr, 0);
        _noteUnlock(worker.addr, 0);
        _noteReward(worker.addr, 0, taskId);
        _noteReward(scheduler.addr, 0, taskId);
        _noteFinalize(taskId, "results");
        _assertJournal();
    }

    /// @dev With a kitty of `kitty`, the scheduler draws `bonus`.
    function _assertKitty(uint256 kitty, uint256 bonus) internal {
        uint256 before = vm.snapshotState();
        _fillKitty(kitty);
        TaskId taskId = _readyTask();

        _record();
        _finalize(taskId, scheduler.addr);

        _noteSuppliers(taskId, requester.addr);
        if (kitty > 0) {
            _noteSeize(poco.kitty_address(), bonus, taskId);
            _noteReward(scheduler.addr, bonus, taskId);
        }
        _noteUnlock(worker.addr, WORKER_STAKE);
        _noteReward(worker.addr, (POOL_PRICE * 99) / 100, taskId);
        _noteReward(scheduler.addr, POOL_PRICE / 100, taskId);
        _noteFinalize(taskId, "results");
        _assertJournal();
        assertEq(poco.frozenOf(poco.kitty_address()), kitty - bonus, "kitty");
        _assertBooksBalance();
        vm.revertToState(before);
    }

    function testFuzz_GivenTheKittyHoldsSomething(uint256 kitty) external {
        // It should give the scheduler its share of it.
        _assertKitty(0, 0);
        _assertKitty(1, 1);
        _assertKitty(1e9 - 1, 1e9 - 1);
        _assertKitty(1e9, 1e9);
        _assertKitty(1e9 + 1, 1e9);
        _assertKitty(10e9 - 1, 1e9);
        _assertKitty(10e9, 1e9);
        _assertKitty(10e9 + 9, 1e9);
        _assertKitty(10e9 + 10, 1e9 + 1);
        kitty = bound(kitty, 10e9, 1e20);
        _assertKitty(kitty, kitty / 10);
    }

    function testFuzz_WhenCallbackDataIsGivenAlthoughThereIsNoCallback(bytes calldata data) external {
        vm.assume(data.length > 0);
        TaskId taskId = _openTask();
        _contribute(taskId, worker, keccak256(data));
        vm.prank(worker.addr);
        poco.reveal(taskId, keccak256(data));

        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", data);

        // It should keep it as the result.
        assertEq(poco.resultFor(taskId), data, "result");
        assertEq(poco.viewTask(taskId).resultsCallback, data, "callback data");
        assertEq(poco.viewTask(taskId).results, "results", "results");
    }
}

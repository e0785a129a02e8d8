// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Vm} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Vm.sol";

import {IConsensus} from "../../../../contracts/interfaces/IConsensus.sol";
import {IContributions} from "../../../../contracts/interfaces/IContributions.sol";
import {IDataContracts} from "../../../../contracts/interfaces/IDataContracts.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";
import {BombingConsumer} from "../../../mocks/BombingConsumer.sol";
import {BurningConsumer} from "../../../mocks/BurningConsumer.sol";
import {RecordingConsumer} from "../../../mocks/RecordingConsumer.sol";
import {RevertingConsumer} from "../../../mocks/RevertingConsumer.sol";

contract ContributeAndFinalize_Unit_Test is Journal {
    TaskId internal taskId;

    function _send(address enclaveChallenge, bytes memory enclaveSign, bytes memory authorization) internal {
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, DIGEST, "results", "", enclaveChallenge, enclaveSign, authorization);
    }

    function _right() internal view returns (bytes memory) {
        return _authorize(scheduler, worker.addr, taskId, address(0));
    }

    /// @dev Does everything right for `worker`, as the proof that a refusal was about the one thing wrong.
    function _sendRight() internal {
        _send(address(0), "", _right());
    }

    function _sendCallback(bytes memory results, bytes memory callbackData) internal {
        bytes memory authorization = _right();
        vm.prank(worker.addr);
        poco.contributeAndFinalize(
            taskId,
            keccak256(callbackData),
            results,
            callbackData,
            address(0),
            "",
            authorization
        );
    }

    function _expectUnexpectedStatus(TaskStatus status) internal {
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, status));
    }

    function _expectNotAuthorized(address authorizer) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IContributions.WorkerNotAuthorized.selector, taskId, worker.addr, authorizer)
        );
    }

    function _expectNoEnclave() internal {
        vm.expectRevert(abi.encodeWithSelector(IContributions.InvalidEnclaveSignature.selector, taskId, enclave.addr));
    }

    function _useBroker() internal {
        vm.prank(owner.addr);
        poco.setTeeBroker(broker.addr);
    }

    // State and time

    function test_RevertGiven_TheTaskIsUnknown() external {
        taskId = _matchOrders().taskAt(0);

        _expectUnexpectedStatus(TaskStatus.UNSET);
        _sendRight();
    }

    function test_RevertGiven_TheTaskIsCompleted() external {
        taskId = _openTask();
        _sendRight();

        _expectUnexpectedStatus(TaskStatus.COMPLETED);
        _sendRight();
    }

    function test_RevertGiven_TheTaskWaitsForReveals() external {
        taskId = _openTask();
        _contribute(taskId, worker2, DIGEST);

        _expectUnexpectedStatus(TaskStatus.REVEALING);
        _sendRight();
    }

    function test_RevertGiven_TheTaskHasFailed() external {
        taskId = _failedTask();

        _expectUnexpectedStatus(TaskStatus.FAILED);
        _sendRight();
    }

    function testFuzz_RevertWhen_TheContributionDeadlineHasPassed(uint256 time) external {
        taskId = _openTask();
        bytes memory closed = abi.encodeWithSelector(
            IContributions.ContributionsClosed.selector,
            taskId,
            CONTRIBUTION_DEADLINE
        );

        vm.warp(bound(time, CONTRIBUTION_DEADLINE + 1, type(uint40).max));
        vm.expectRevert(closed);
        _sendRight();
        vm.warp(CONTRIBUTION_DEADLINE);
        vm.expectRevert(closed);
        _sendRight();
        vm.warp(CONTRIBUTION_DEADLINE - 1);
        _sendRight();
    }

    // Authorization

    function testFuzz_RevertWhen_NobodySignedTheAuthorization(uint256 key, bytes calldata junk) external {
        taskId = _openTask();
        Account memory stranger = Account({addr: address(0), key: boundPrivateKey(key)});
        vm.assume(stranger.key != scheduler.key);

        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(stranger, worker.addr, taskId, address(0)));
        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", junk);
        _sendRight();
    }

    function testFuzz_RevertWhen_TheAuthorizationIsForAnotherWorkerOrTaskOrEnclave(uint160 other) external {
        vm.assume(other != 0 && address(other) != worker.addr);
        taskId = _openTask();

        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(scheduler, address(other), taskId, address(0)));
        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(scheduler, worker.addr, TaskId.wrap(bytes32(uint256(other))), address(0)));
        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(scheduler, worker.addr, taskId, address(other)));
        _sendRight();
    }

    function test_RevertWhen_TheSchedulerAuthorizesAlthoughABrokerAnswersForEnclaves() external {
        _useBroker();
        taskId = _openTask();
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);

        _expectNotAuthorized(broker.addr);
        _send(enclave.addr, attestation, _authorize(scheduler, worker.addr, taskId, enclave.addr));
        _send(enclave.addr, attestation, _authorize(broker, worker.addr, taskId, enclave.addr));
    }

    function test_RevertWhen_TheBrokerAuthorizesWithoutAnEnclave() external {
        _useBroker();
        taskId = _openTask();

        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(broker, worker.addr, taskId, address(0)));
        _sendRight();
    }

    function test_RevertWhen_TheNewOwnerOfTheWorkerpoolAuthorizes() external {
        taskId = _openTask();
        _sellWorkerpool();

        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(buyer, worker.addr, taskId, address(0)));
        _sendRight();
    }

    // Enclaves and wallets

    function test_RevertWhen_NoEnclaveIsNamed() external {
        _withTee();
        taskId = _openTask();

        vm.expectRevert(abi.encodeWithSelector(IContributions.EnclaveRequired.selector, taskId, uint256(1)));
        _sendRight();
    }

    function testFuzz_RevertWhen_TheEnclaveDidNotSignThisResult(bytes32 digest, uint256 key) external {
        vm.assume(digest != DIGEST);
        Account memory stranger = Account({addr: address(0), key: boundPrivateKey(key)});
        vm.assume(stranger.key != enclave.key);
        _withTee();
        taskId = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, enclave.addr);

        _expectNoEnclave();
        _send(enclave.addr, _attest(stranger, taskId, worker.addr, DIGEST), authorization);
        _expectNoEnclave();
        _send(enclave.addr, _attest(enclave, taskId, worker.addr, digest), authorization);
        _expectNoEnclave();
        _send(enclave.addr, _attest(enclave, taskId, worker2.addr, DIGEST), authorization);
        _send(enclave.addr, _attest(enclave, taskId, worker.addr, DIGEST), authorization);
    }

    function test_WhenTheEnclaveSigned() external {
        _withTee();
        taskId = _openTask();
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);
        _send(enclave.addr, attestation, _authorize(scheduler, worker.addr, taskId, enclave.addr));

        // It should record the enclave.
        assertEq(poco.viewContribution(taskId, worker.addr).enclaveChallenge, enclave.addr, "enclave");
        _assertStatus(taskId, TaskStatus.COMPLETED);
    }

    function test_RevertWhen_AnEnclaveIsNamedAlthoughNoneIsDemandedAndItDidNotSign() external {
        taskId = _openTask();

        _expectNoEnclave();
        _send(enclave.addr, "", _authorize(scheduler, worker.addr, taskId, enclave.addr));
    }

    function test_GivenTheWorkerpoolBelongsToAWalletContract() external {
        taskId = _openTask();
        _makeWallet(scheduler.addr, _permission(worker.addr, taskId, address(0)), "wallet");

        // It should accept what the wallet signs and nothing else.
        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", "thief");
        _send(address(0), "", "wallet");
    }

    // One alone

    function testFuzz_RevertGiven_TheDealDemandsReplication(uint256 trust) external {
        trust = bound(trust, 2, type(uint256).max);
        (requestOrder.trust, workerpoolOrder.trust) = (trust, trust);
        taskId = _openTask();

        vm.expectRevert(abi.encodeWithSelector(IContributions.ReplicationRequired.selector, taskId, trust));
        _sendRight();
    }

    function test_RevertGiven_TheTaskWasReopened() external {
        taskId = _openTask();
        _contribute(taskId, worker2, DIGEST);
        vm.warp(REVEAL_DEADLINE);
        vm.prank(scheduler.addr);
        poco.reopen(taskId);

        vm.expectRevert(abi.encodeWithSelector(IContributions.AlreadyContested.selector, taskId));
        _sendRight();
    }

    // Results

    function testFuzz_RevertWhen_TheCallbackDataIsNotWhatTheDigestStandsFor(bytes calldata data) external {
        vm.assume(data.length > 0);
        taskId = _openTask();
        bytes memory authorization = _right();

        vm.expectRevert(
            abi.encodeWithSelector(IContributions.CallbackMismatch.selector, taskId, keccak256(data), DIGEST)
        );
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, DIGEST, "results", data, address(0), "", authorization);
    }

    function test_RevertWhen_TheDealHasACallbackThatWouldReceiveSomethingElse() external {
        requestOrder.callback = makeAddr("callback");
        taskId = _openTask();

        vm.expectRevert(
            abi.encodeWithSelector(IContributions.CallbackMismatch.selector, taskId, keccak256(""), DIGEST)
        );
        _sendRight();
    }

    function testFuzz_RevertWhen_ResultsAndCallbackDataAreTooLong(uint256 excess, uint256 split) external {
        taskId = _openTask();
        // Flags, the worker, the digest, and two bytes and one for the length of the callback data.
        uint256 most = 24_575 - 1 - 20 - 32 - 3;
        split = bound(split, 256, most);
        excess = bound(excess, 1, 10_000);
        bytes memory authorization = _right();
        bytes memory data = new bytes(split);
        bytes memory results = new bytes(most - split + excess);

        vm.expectRevert(abi.encodeWithSelector(IDataContracts.TooLongForCode.selector, 24_575 + excess, 24_575));
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, keccak256(data), results, data, address(0), "", authorization);
        _sendCallback(new bytes(most - split), data);
        assertEq(poco.resultFor(taskId), data, "result");
    }

    // Payments

    function testFuzz_WhenEverythingIsInOrder(uint256 ratio, uint64 score, uint256 time) external {
        ratio = bound(ratio, 0, 100);
        _setPolicy(30, ratio);
        taskId = _openTask();
        _setScore(worker.addr, score);
        vm.prank(worker.addr);
        poco.withdraw(FUNDS);
        time = bound(time, NOW, CONTRIBUTION_DEADLINE - 1);
        vm.warp(time);
        uint256 share = (POOL_PRICE * (100 - ratio)) / 100;

        _record();
        _sendRight();

        // It should emit moves and then four task events in order.
        // It should take no stake of the worker.
        _noteSuppliers(taskId, requester.addr);
        _noteReward(worker.addr, share, taskId);
        _noteReward(scheduler.addr, POOL_PRICE - share, taskId);
        _noteContribute(taskId, worker.addr, _resultHash(taskId, DIGEST));
        _noteConsensus(taskId, _resultHash(taskId, DIGEST));
        _noteReveal(taskId, worker.addr, DIGEST);
        _noteFinalize(taskId, "results");
        _assertJournal();
        // It should complete the task.
        _assertStatus(taskId, TaskStatus.COMPLETED);
        assertEq(poco.viewTask(taskId).revealDeadline, time + 2 * CLOCK, "reveal deadline");
        // It should pay everyone.
        assertEq(poco.balanceOf(requester.addr), FUNDS - PRICE, "requester");
        assertEq(poco.balanceOf(worker.addr), share, "worker");
        assertEq(poco.balanceOf(scheduler.addr), FUNDS + POOL_PRICE - share, "scheduler");
        assertEq(poco.balanceOf(address(poco)), 0, "hub");
        _assertBooksBalance();
        // It should leave the score as it is.
        assertEq(poco.viewScore(worker.addr), score, "score");
    }

    function testFuzz_GivenTheKittyHoldsSomething(uint256 kitty) external {
        kitty = bound(kitty, 1, 1e20);
        uint256 tenth = kitty / 10 > 1e9 ? kitty / 10 : 1e9;
        uint256 bonus = tenth < kitty ? tenth : kitty;
        _fillKitty(kitty);
        taskId = _openTask();

        _record();
        _sendRight();

        // It should give the scheduler its share of it.
        _noteSuppliers(taskId, requester.addr);
        _noteSeize(poco.kitty_address(), bonus, taskId);
        _noteReward(scheduler.addr, bonus, taskId);
        _noteReward(worker.addr, (POOL_PRICE * 99) / 100, taskId);
        _noteReward(scheduler.addr, POOL_PRICE / 100, taskId);
        _noteContribute(taskId, worker.addr, _resultHash(taskId, DIGEST));
        _noteConsensus(taskId, _resultHash(taskId, DIGEST));
        _noteReveal(taskId, worker.addr, DIGEST);
        _noteFinalize(taskId, "results");
        _assertJournal();
        assertEq(poco.frozenOf(poco.kitty_address()), kitty - bonus, "kitty");
        _assertBooksBalance();
    }

    function test_GivenSomebodyElseSponsoredTheDeal() external {
        _signOrders();
        vm.prank(sponsor.addr);
        DealId dealId = poco.sponsorMatchOrders(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        taskId = poco.initialize(dealId, 0);

        _sendRight();

        // It should take the money of the sponsor.
        assertEq(poco.balanceOf(sponsor.addr), FUNDS - PRICE, "sponsor");
        assertEq(poco.balanceOf(requester.addr), FUNDS, "requester");
        _assertBooksBalance();
    }

    function test_GivenNothingWasToBePaid() external {
        _withoutPrices();
        taskId = _openTask();

        _record();
        _sendRight();

        // It should emit moves of zero but none to app and dataset.
        _noteSeize(requester.addr, 0, taskId);
        _noteUnlock(scheduler.addr, 0);
        _noteReward(worker.addr, 0, taskId);
        _noteReward(scheduler.addr, 0, taskId);
        _noteContribute(taskId, worker.addr, _resultHash(taskId, DIGEST));
        _noteConsensus(taskId, _resultHash(taskId, DIGEST));
        _noteReveal(taskId, worker.addr, DIGEST);
        _noteFinalize(taskId, "results");
        _assertJournal();
    }

    // Callback

    function test_GivenTheDealHasACallback() external {
        RecordingConsumer consumer = new RecordingConsumer();
        vm.prank(owner.addr);
        poco.setCallbackGas(3_000_000);
        requestOrder.callback = address(consumer);
        taskId = _openTask();

        vm.recordLogs();
        _sendCallback("results", "forty-two");

        // It should tell the callback last.
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs[logs.length - 1].emitter, address(consumer), "last event");
        assertEq(logs[logs.length - 2].topics[0], IConsensus.TaskFinalize.selector, "event before");
        assertEq(consumer.id(), TaskId.unwrap(taskId), "id");
        assertEq(consumer.result(), "forty-two", "result");
        assertEq(consumer.resultSeen(), "forty-two", "result seen");
    }

    function test_GivenTheCallbackMisbehaves() external {
        address[4] memory targets = [
            address(new RevertingConsumer()),
            address(new BurningConsumer()),
            address(new BombingConsumer()),
            makeAddr("somebody")
        ];
        for (uint256 i; i < targets.length; ++i) {
            (appOrder.salt, datasetOrder.salt) = (bytes32(i), bytes32(i));
            (workerpoolOrder.salt, requestOrder.salt) = (bytes32(i), bytes32(i));
            requestOrder.callback = targets[i];
            taskId = _openTask();

            // It should complete the task anyway.
            _sendCallback("results", "forty-two");
            _assertStatus(taskId, TaskStatus.COMPLETED);
        }
        _assertBooksBalance();
    }

    function test_RevertWhen_TheCallbackWouldBeStarved() external {
        requestOrder.callback = address(new RecordingConsumer());
        vm.prank(owner.addr);
        poco.setCallbackGas(1_000_000);
        taskId = _openTask();
        bytes memory call = abi.encodeCall(
            poco.contributeAndFinalize,
            (taskId, keccak256("forty-two"), "results", "forty-two", address(0), "", _right())
        );

        vm.prank(worker.addr);
        (bool success, bytes memory answer) = address(poco).call{gas: 1_000_000}(call);
        assertFalse(success, "starved");
        assertEq(bytes4(answer), ITasks.CallbackGasMissing.selector, "error");
        vm.prank(worker.addr);
        (success, ) = address(poco).call{gas: 2_000_000}(call);
        assertTrue(success, "fed");
    }
}

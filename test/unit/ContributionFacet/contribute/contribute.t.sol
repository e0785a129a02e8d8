// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IContributions} from "../../../../contracts/interfaces/IContributions.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {Contribution, ContributionStatus} from "../../../../contracts/types/Contribution.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract Contribute_Unit_Test is Journal {
    TaskId internal taskId;

    /// @dev `worker` contributes what honest workers find.
    function _send(address enclaveChallenge, bytes memory enclaveSign, bytes memory authorization) internal {
        bytes32 resultHash = _resultHash(taskId, DIGEST);
        bytes32 resultSeal = _resultSeal(worker.addr, taskId, DIGEST);
        vm.prank(worker.addr);
        poco.contribute(taskId, resultHash, resultSeal, enclaveChallenge, enclaveSign, authorization);
    }

    /// @dev Does everything right for `worker`, as the proof that a refusal was about the one thing wrong.
    function _sendRight() internal {
        _send(address(0), "", _authorize(scheduler, worker.addr, taskId, address(0)));
    }

    function _expectUnexpectedStatus(TaskStatus status) internal {
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, status));
    }

    function _expectNotAuthorized(address authorizer) internal {
        vm.expectRevert(
            abi.encodeWithSelector(IContributions.WorkerNotAuthorized.selector, taskId, worker.addr, authorizer)
        );
    }

    function _expectNoEnclave(address account) internal {
        vm.expectRevert(abi.encodeWithSelector(IContributions.InvalidEnclaveSignature.selector, taskId, account));
    }

    function _useBroker() internal {
        vm.prank(owner.addr);
        poco.setTeeBroker(broker.addr);
    }

    // State

    function test_RevertGiven_TheTaskIsUnknown() external {
        taskId = _matchOrders().taskAt(0);

        _expectUnexpectedStatus(TaskStatus.UNSET);
        _sendRight();
    }

    function test_RevertGiven_TheTaskWaitsForReveals() external {
        taskId = _openTask();
        _contribute(taskId, worker2, DIGEST);

        _expectUnexpectedStatus(TaskStatus.REVEALING);
        _sendRight();
    }

    function test_RevertGiven_TheTaskIsCompleted() external {
        taskId = _openTask();
        _contribute(taskId, worker2, DIGEST);
        _reveal(taskId, worker2.addr);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "", "");

        _expectUnexpectedStatus(TaskStatus.COMPLETED);
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
        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", "");
        _sendRight();
    }

    function testFuzz_RevertWhen_TheAuthorizationIsForAnotherWorker(address other) external {
        vm.assume(other != worker.addr);
        taskId = _openTask();

        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(scheduler, other, taskId, address(0)));
    }

    function testFuzz_RevertWhen_TheAuthorizationIsForAnotherTask(bytes32 other) external {
        taskId = _openTask();
        vm.assume(other != TaskId.unwrap(taskId));

        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(scheduler, worker.addr, TaskId.wrap(other), address(0)));
    }

    function testFuzz_RevertWhen_TheAuthorizationIsForAnotherEnclave(address other) external {
        vm.assume(other != enclave.addr);
        taskId = _openTask();
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);

        _expectNotAuthorized(scheduler.addr);
        _send(enclave.addr, attestation, _authorize(scheduler, worker.addr, taskId, other));
        _send(enclave.addr, attestation, _authorize(scheduler, worker.addr, taskId, enclave.addr));
    }

    function test_RevertWhen_TheSchedulerAuthorizesAlthoughABrokerAnswersForEnclaves() external {
        _useBroker();
        taskId = _openTask();
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);

        _expectNotAuthorized(broker.addr);
        _send(enclave.addr, attestation, _authorize(scheduler, worker.addr, taskId, enclave.addr));
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

    // Enclaves

    function test_RevertWhen_NoEnclaveIsNamed() external {
        _withTee();
        taskId = _openTask();

        vm.expectRevert(abi.encodeWithSelector(IContributions.EnclaveRequired.selector, taskId, bytes32(uint256(1))));
        _sendRight();
    }

    function testFuzz_RevertWhen_AnotherKeyThanTheEnclaveSigned(uint256 key) external {
        Account memory stranger = Account({addr: address(0), key: boundPrivateKey(key)});
        vm.assume(stranger.key != enclave.key);
        _withTee();
        taskId = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, enclave.addr);

        _expectNoEnclave(enclave.addr);
        _send(enclave.addr, _attest(stranger, taskId, worker.addr, DIGEST), authorization);
        _expectNoEnclave(enclave.addr);
        _send(enclave.addr, "", authorization);
    }

    function testFuzz_RevertWhen_TheEnclaveSignedAnotherResult(bytes32 digest) external {
        vm.assume(digest != DIGEST);
        _withTee();
        taskId = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, enclave.addr);

        _expectNoEnclave(enclave.addr);
        _send(enclave.addr, _attest(enclave, taskId, worker.addr, digest), authorization);
        _expectNoEnclave(enclave.addr);
        _send(enclave.addr, _attest(enclave, taskId, worker2.addr, DIGEST), authorization);
    }

    function test_WhenTheEnclaveSignedAndTheSchedulerAuthorizes() external {
        _withTee();
        taskId = _openTask();
        _send(
            enclave.addr,
            _attest(enclave, taskId, worker.addr, DIGEST),
            _authorize(scheduler, worker.addr, taskId, enclave.addr)
        );

        // It should record the enclave.
        assertEq(poco.viewContribution(taskId, worker.addr).enclaveChallenge, enclave.addr, "enclave");
    }

    function test_WhenTheEnclaveSignedAndTheBrokerAuthorizes() external {
        _useBroker();
        _withTee();
        taskId = _openTask();
        _send(
            enclave.addr,
            _attest(enclave, taskId, worker.addr, DIGEST),
            _authorize(broker, worker.addr, taskId, enclave.addr)
        );

        // It should accept the contribution.
        _assertStatus(taskId, TaskStatus.REVEALING);
    }

    function test_RevertWhen_AnEnclaveIsNamedThatDidNotSign() external {
        taskId = _openTask();

        _expectNoEnclave(enclave.addr);
        _send(enclave.addr, "", _authorize(scheduler, worker.addr, taskId, enclave.addr));
    }

    function testFuzz_WhenNoEnclaveIsNamedButSomethingSigned(bytes calldata junk) external {
        taskId = _openTask();

        // It should look at no enclave signature.
        _send(address(0), junk, _authorize(scheduler, worker.addr, taskId, address(0)));
        _assertStatus(taskId, TaskStatus.REVEALING);
    }

    // Wallet contracts

    function test_GivenTheWorkerpoolBelongsToAWalletContract() external {
        taskId = _openTask();
        _makeWallet(scheduler.addr, _permission(worker.addr, taskId, address(0)), "wallet");

        // It should accept what the wallet signs and nothing else.
        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", "thief");
        _expectNotAuthorized(scheduler.addr);
        _send(address(0), "", _authorize(scheduler, worker.addr, taskId, address(0)));
        _send(address(0), "", "wallet");
    }

    function test_GivenTheEnclaveIsAWalletContract() external {
        _withTee();
        taskId = _openTask();
        address wallet = makeAddr("wallet");
        bytes32 statement = keccak256(
            abi.encodePacked(_resultHash(taskId, DIGEST), _resultSeal(worker.addr, taskId, DIGEST))
        );
        _makeWallet(wallet, statement, "");
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, wallet);

        // It should accept what the enclave contract signs and nothing else.
        _expectNoEnclave(wallet);
        _send(wallet, "thief", authorization);
        _send(wallet, "", authorization);
        assertEq(poco.viewContribution(taskId, worker.addr).enclaveChallenge, wallet, "enclave");
    }

    // Once each, so many in all

    function testFuzz_RevertGiven_TheWorkerContributedAlready(bytes32 digest) external {
        requestOrder.trust = 50;
        taskId = _openTask();
        _contribute(taskId, worker, DIGEST);
        bytes memory already = abi.encodeWithSelector(IContributions.AlreadyContributed.selector, taskId, worker.addr);

        vm.expectRevert(already);
        _sendRight();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, address(0));
        vm.expectRevert(already);
        vm.prank(worker.addr);
        poco.contribute(taskId, digest, digest, address(0), "", authorization);
    }

    function test_RevertGiven_TheContributionOfTheWorkerWasRejected() external {
        taskId = _reopenedTask();

        vm.expectRevert(abi.encodeWithSelector(IContributions.AlreadyContributed.selector, taskId, worker.addr));
        _sendRight();
    }

    function test_RevertGiven_255WorkersContributed() external {
        _withoutPrices();
        (requestOrder.trust, workerpoolOrder.trust) = (type(uint256).max, type(uint256).max);
        taskId = _openTask();
        for (uint256 i = 1; i <= 255; ++i) {
            bytes32 digest = bytes32(i % 5);
            _contribute(taskId, address(uint160(0xf00d0000 + i)), digest);
        }
        address[] memory contributors = poco.viewTask(taskId).contributors;
        assertEq(contributors.length, 255, "contributors");
        for (uint256 i = 1; i <= 255; ++i) assertEq(contributors[i - 1], address(uint160(0xf00d0000 + i)), "order");

        vm.expectRevert(abi.encodeWithSelector(IContributions.TooManyContributors.selector, taskId, 255));
        _sendRight();
    }

    function testFuzz_RevertGiven_TheGroupWeighsAllThatCanBeCounted(uint256 bits) external {
        (requestOrder.trust, workerpoolOrder.trust) = (type(uint256).max, type(uint256).max);
        taskId = _openTask();
        bits = bound(bits, 8, 60);
        // Four of 2^60 multiply to 2^240; 2^8 and more make it more than 248 bits hold.
        for (uint256 i = 1; i <= 4; ++i) {
            address account = address(uint160(0xf00d0000 + i));
            _setScore(account, 3 * (2 ** 60 + 1));
            _fund(account, WORKER_STAKE);
            _contribute(taskId, account, DIGEST);
        }
        _setScore(worker.addr, 3 * (2 ** bits + 1));

        vm.expectRevert(abi.encodeWithSelector(IContributions.WeightTooLarge.selector, taskId));
        _sendRight();
        // And 2^16 makes it wrap around to nothing.
        _setScore(worker.addr, 3 * (2 ** 16 + 1));
        vm.expectRevert(abi.encodeWithSelector(IContributions.WeightTooLarge.selector, taskId));
        _sendRight();
        _setScore(worker.addr, 3 * (2 ** 7 + 1));
        _sendRight();
    }

    function testFuzz_RevertWhen_TheWorkerCannotAffordItsStake(uint256 left) external {
        taskId = _openTask();
        left = bound(left, 0, WORKER_STAKE - 1);
        vm.prank(worker.addr);
        poco.withdraw(FUNDS - left);

        vm.expectRevert(
            abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, worker.addr, left, WORKER_STAKE)
        );
        _sendRight();
    }

    function testFuzz_WhenEverythingIsInOrder(bytes32 resultHash, bytes32 resultSeal, uint256 ratio) external {
        ratio = bound(ratio, 0, 100_000);
        _setPolicy(ratio, 1);
        uint256 stake = (POOL_PRICE * ratio) / 100;
        requestOrder.trust = 3;
        taskId = _openTask();

        _record();
        _commit(taskId, worker.addr, resultHash, resultSeal);

        // It should emit moves and {TaskContribute} in order.
        _noteLock(worker.addr, stake);
        _noteContribute(taskId, worker.addr, resultHash);
        _assertJournal();
        // It should record the contribution.
        Contribution memory contribution = poco.viewContribution(taskId, worker.addr);
        Contribution memory expected = Contribution(
            ContributionStatus.CONTRIBUTED,
            resultHash,
            resultSeal,
            address(0),
            1
        );
        assertEq(abi.encode(contribution), abi.encode(expected), "contribution");
        assertEq(poco.viewTask(taskId).contributors.length, 1, "contributors");
        _assertStatus(taskId, TaskStatus.ACTIVE);
        // It should lock the stake of the worker.
        assertEq(poco.balanceOf(worker.addr), FUNDS - stake, "worker");
        assertEq(poco.frozenOf(worker.addr), stake, "worker, frozen");
        _assertBooksBalance();
    }
}

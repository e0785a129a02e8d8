// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DealId, TaskId} from "../../../../contracts/types/Ids.sol";
import {Task, TaskStatus} from "../../../../contracts/types/Task.sol";
import {Work} from "../../../fixtures/Work.sol";

contract ViewTask_Unit_Test is Work {
    bytes internal constant ANSWER = "forty-two";

    TaskId internal taskId;
    Task internal expected;

    /// @dev The task as the deal alone makes it.
    function _expectTask(TaskStatus status) internal {
        expected.status = status;
        expected.dealid = DealId.wrap(_dealIdOfRequest());
        expected.timeref = CLOCK;
        expected.contributionDeadline = CONTRIBUTION_DEADLINE;
        expected.finalDeadline = FINAL_DEADLINE;
    }

    function _dealIdOfRequest() internal view returns (bytes32) {
        return keccak256(abi.encodePacked(signer.hashRequest(requestOrder), uint256(0)));
    }

    function _expectContributors(uint256 count) internal {
        Account[4] memory all = [worker, worker2, worker3, worker4];
        delete expected.contributors;
        for (uint256 i; i < count; ++i) expected.contributors.push(all[i].addr);
    }

    function _expectAgreement(uint256 winners, uint256 revealed, bytes32 digest) internal {
        expected.revealDeadline = REVEAL_DEADLINE;
        expected.consensusValue = _resultHash(taskId, digest);
        expected.winnerCounter = winners;
        expected.revealCounter = revealed;
        expected.resultDigest = revealed == 0 ? bytes32(0) : digest;
    }

    function _assertTask() internal view {
        Task memory actual = poco.viewTask(taskId);
        Task memory wanted = expected;
        assertEq(uint8(actual.status), uint8(wanted.status), "status");
        assertEq(actual.revealDeadline, wanted.revealDeadline, "reveal deadline");
        assertEq(actual.consensusValue, wanted.consensusValue, "consensus");
        assertEq(actual.contributors, wanted.contributors, "contributors");
        assertEq(abi.encode(actual), abi.encode(wanted), "task");
    }

    function testFuzz_GivenTheTaskIsUnknown(bytes32 id) external {
        taskId = TaskId.wrap(id);

        // It should be all zeros.
        _assertTask();
    }

    function test_GivenTheTaskIsActive() external {
        requestOrder.trust = 3;
        taskId = _openTask();

        // It should have the deadlines that follow from the deal.
        vm.warp(NOW + 1);
        _expectTask(TaskStatus.ACTIVE);
        _assertTask();
        // It should list the contributors so far.
        _contribute(taskId, worker, DIGEST);
        _expectContributors(1);
        _assertTask();
        _contribute(taskId, worker2, LIE);
        _expectContributors(2);
        _assertTask();
    }

    function test_GivenTheTaskWaitsForReveals() external {
        taskId = _contestedTask();

        // It should know the agreement and all contributors.
        _expectTask(TaskStatus.REVEALING);
        _expectContributors(4);
        _expectAgreement(3, 0, DIGEST);
        _assertTask();
    }

    function test_GivenSomeWinnersRevealed() external {
        taskId = _contestedTask();
        _reveal(taskId, worker3.addr);

        // It should know the digest.
        _expectTask(TaskStatus.REVEALING);
        _expectContributors(4);
        _expectAgreement(3, 1, DIGEST);
        _assertTask();
    }

    function test_GivenTheTaskWasReopened() external {
        taskId = _contestedTask();
        vm.warp(REVEAL_DEADLINE);
        vm.prank(scheduler.addr);
        poco.reopen(taskId);

        // It should forget the agreement but keep the contributors.
        _expectTask(TaskStatus.ACTIVE);
        _expectContributors(4);
        _assertTask();
    }

    function test_GivenAnAgreementWasFoundAfterAReopening() external {
        taskId = _reopenedTask();
        _contribute(taskId, worker2, DIGEST);

        // It should count the new winners only.
        _expectTask(TaskStatus.REVEALING);
        _expectContributors(2);
        _expectAgreement(1, 0, DIGEST);
        expected.revealDeadline = REVEAL_DEADLINE + 2 * CLOCK;
        _assertTask();
        _reveal(taskId, worker2.addr);
        _expectAgreement(1, 1, DIGEST);
        expected.revealDeadline = REVEAL_DEADLINE + 2 * CLOCK;
        _assertTask();
    }

    function test_GivenTheTaskWasFinalized() external {
        requestOrder.trust = 3;
        taskId = _openTask();
        _contribute(taskId, worker, keccak256(ANSWER));
        _contribute(taskId, worker2, keccak256(ANSWER));
        vm.prank(worker2.addr);
        poco.reveal(taskId, keccak256(ANSWER));
        vm.warp(REVEAL_DEADLINE);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", ANSWER);

        // It should know results and callback data.
        _expectTask(TaskStatus.COMPLETED);
        _expectContributors(2);
        _expectAgreement(2, 1, keccak256(ANSWER));
        expected.results = "results";
        expected.resultsCallback = ANSWER;
        _assertTask();
    }

    function testFuzz_GivenOneWorkerDidItInOneTransaction(bytes calldata results, bytes calldata data) external {
        taskId = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, address(0));
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, keccak256(data), results, data, address(0), "", authorization);

        // It should look like any completed task.
        _expectTask(TaskStatus.COMPLETED);
        _expectContributors(1);
        _expectAgreement(1, 1, keccak256(data));
        expected.results = results;
        expected.resultsCallback = data;
        _assertTask();
    }

    function test_GivenOneEnclaveDidItInOneTransaction() external {
        _withTee();
        taskId = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, enclave.addr);
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, DIGEST, "results", "", enclave.addr, attestation, authorization);

        // It should look like that too.
        _expectTask(TaskStatus.COMPLETED);
        _expectContributors(1);
        _expectAgreement(1, 1, DIGEST);
        expected.results = "results";
        _assertTask();
    }

    function test_GivenTheTaskFailedWhileActive() external {
        requestOrder.trust = 3;
        taskId = _openTask();
        _contribute(taskId, worker, DIGEST);
        vm.warp(FINAL_DEADLINE);
        poco.claim(taskId);

        // It should know the deadlines and the contributors.
        _expectTask(TaskStatus.FAILED);
        _expectContributors(1);
        _assertTask();
    }

    function test_GivenTheTaskFailedAfterAnAgreement() external {
        taskId = _contestedTask();
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker4.addr);
        vm.warp(FINAL_DEADLINE);
        poco.claim(taskId);

        // It should keep the agreement and the reveals.
        _expectTask(TaskStatus.FAILED);
        _expectContributors(4);
        _expectAgreement(3, 2, DIGEST);
        _assertTask();
    }

    function _boostDeal() internal returns (DealId dealId) {
        _signOrders();
        dealId = poco.matchOrdersBoost(appOrder, datasetOrder, workerpoolOrder, requestOrder);
        taskId = dealId.taskAt(0);
    }

    function test_WhenItWasCompleted() external {
        DealId dealId = _boostDeal();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, address(0));
        vm.prank(worker.addr);
        poco.pushResultBoost(dealId, 0, "results", "", authorization, address(0), "");

        // It should know nothing but that.
        expected.status = TaskStatus.COMPLETED;
        _assertTask();
    }

    function test_WhenItWasClaimed() external {
        DealId dealId = _boostDeal();
        vm.warp(CONTRIBUTION_DEADLINE);
        poco.claimBoost(dealId, 0);

        // It should know that and nothing else.
        expected.status = TaskStatus.FAILED;
        _assertTask();
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Contribution, ContributionStatus} from "../../../../contracts/types/Contribution.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";
import {Work} from "../../../fixtures/Work.sol";

contract ViewContribution_Unit_Test is Work {
    TaskId internal taskId;

    /// @dev What `account` contributed, from `enclaveChallenge`, by now.
    function _assertContribution(
        Account memory account,
        ContributionStatus status,
        bytes32 digest,
        address enclaveChallenge,
        uint256 weight
    ) internal view {
        Contribution memory actual = poco.viewContribution(taskId, account.addr);
        Contribution memory expected = Contribution(
            status,
            _resultHash(taskId, digest),
            _resultSeal(account.addr, taskId, digest),
            enclaveChallenge,
            weight
        );
        assertEq(uint8(actual.status), uint8(status), "status");
        assertEq(abi.encode(actual), abi.encode(expected), "contribution");
    }

    /// @dev The four contributions of {_contestedTask}.
    function _assertContributions(ContributionStatus[4] memory statuses) internal view {
        _assertContribution(worker, statuses[0], DIGEST, address(0), 1);
        _assertContribution(worker2, statuses[1], LIE, address(0), 1);
        _assertContribution(worker3, statuses[2], DIGEST, address(0), 1);
        _assertContribution(worker4, statuses[3], DIGEST, address(0), 1);
    }

    function _assertNothing(address account) internal view {
        Contribution memory none;
        assertEq(abi.encode(poco.viewContribution(taskId, account)), abi.encode(none), "contribution");
    }

    function testFuzz_GivenTheWorkerDidNotContribute(bytes32 other, address account) external {
        vm.assume(account != worker.addr);
        taskId = _agreedTask();

        // It should be all zeros.
        _assertNothing(account);
        vm.assume(other != TaskId.unwrap(taskId));
        taskId = TaskId.wrap(other);
        _assertNothing(worker.addr);
    }

    function testFuzz_GivenTheWorkerContributed(uint256 score, bytes32 digest) external {
        score = bound(score, 12, 3 * 2 ** 60);
        _setScore(worker.addr, score);
        taskId = _openTask();
        _contribute(taskId, worker, digest);

        // It should be what it committed to.
        uint256 weight;
        for (uint256 w = score / 3 - 1; w > 1; w /= 2) ++weight;
        _assertContribution(worker, ContributionStatus.CONTRIBUTED, digest, address(0), weight);
    }

    function test_GivenTheWorkerRevealed() external {
        _setScore(worker.addr, 15);
        taskId = _agreedTask();
        _reveal(taskId, worker.addr);

        // It should be proved and keep its hash.
        _assertContribution(worker, ContributionStatus.PROVED, DIGEST, address(0), 2);
    }

    function test_GivenOtherWinnersRevealed() external {
        taskId = _contestedTask();
        _reveal(taskId, worker3.addr);

        // It should still be what it committed to.
        _assertContributions(
            [
                ContributionStatus.CONTRIBUTED,
                ContributionStatus.CONTRIBUTED,
                ContributionStatus.PROVED,
                ContributionStatus.CONTRIBUTED
            ]
        );
    }

    function test_GivenTheAgreementWasReopened() external {
        taskId = _contestedTask();
        vm.warp(REVEAL_DEADLINE);
        vm.prank(scheduler.addr);
        poco.reopen(taskId);
        ContributionStatus[4] memory statuses = [
            ContributionStatus.REJECTED,
            ContributionStatus.CONTRIBUTED,
            ContributionStatus.REJECTED,
            ContributionStatus.REJECTED
        ];

        // It should be rejected for its winners alone.
        _assertContributions(statuses);
        // It should stay rejected whatever comes after.
        for (uint256 i = 1; i < 4; ++i) {
            Account memory late = makeAccount(string.concat("late", vm.toString(i)));
            _fund(late.addr, WORKER_STAKE);
            _contribute(taskId, late, DIGEST);
            _assertContribution(late, ContributionStatus.CONTRIBUTED, DIGEST, address(0), 1);
            _assertContributions(statuses);
        }
        _reveal(taskId, makeAddr("late1"));
        _assertContributions(statuses);
        vm.warp(REVEAL_DEADLINE + 2 * CLOCK);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "", "");
        _assertContributions(statuses);
    }

    function test_GivenTheTaskWasCompleted() external {
        taskId = _contestedTask();
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker3.addr);
        vm.warp(REVEAL_DEADLINE);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "", "");

        // It should be what it was before.
        _assertContributions(
            [
                ContributionStatus.PROVED,
                ContributionStatus.CONTRIBUTED,
                ContributionStatus.PROVED,
                ContributionStatus.CONTRIBUTED
            ]
        );
    }

    function test_GivenTheTaskWasClaimed() external {
        taskId = _contestedTask();
        _reveal(taskId, worker.addr);
        vm.warp(FINAL_DEADLINE);
        poco.claim(taskId);

        // It should be what it was before that.
        _assertContributions(
            [
                ContributionStatus.PROVED,
                ContributionStatus.CONTRIBUTED,
                ContributionStatus.CONTRIBUTED,
                ContributionStatus.CONTRIBUTED
            ]
        );
    }

    function test_GivenOneWorkerDidItInOneTransaction() external {
        taskId = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, address(0));
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, DIGEST, "results", "", address(0), "", authorization);

        // It should be proved with no weight.
        _assertContribution(worker, ContributionStatus.PROVED, DIGEST, address(0), 0);
        _assertNothing(worker2.addr);
        _assertNothing(address(0));
    }

    function test_GivenOneEnclaveDidItInOneTransaction() external {
        taskId = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, taskId, enclave.addr);
        bytes memory attestation = _attest(enclave, taskId, worker.addr, DIGEST);
        vm.prank(worker.addr);
        poco.contributeAndFinalize(taskId, DIGEST, "results", "", enclave.addr, attestation, authorization);

        // It should name the enclave.
        _assertContribution(worker, ContributionStatus.PROVED, DIGEST, enclave.addr, 0);
    }

    function testFuzz_WhenEnclavesAreNamedBySome(uint8 mask) external {
        requestOrder.trust = 50;
        taskId = _openTask();
        Account[4] memory all = [worker, worker2, worker3, worker4];

        // It should know the enclave of each.
        for (uint256 i; i < 4; ++i) {
            address challenge = (mask >> i) & 1 == 1 ? enclave.addr : address(0);
            bytes memory attestation =
                challenge == address(0) ? bytes("") : _attest(enclave, taskId, all[i].addr, DIGEST);
            bytes memory authorization = _authorize(scheduler, all[i].addr, taskId, challenge);
            bytes32 resultHash = _resultHash(taskId, DIGEST);
            bytes32 resultSeal = _resultSeal(all[i].addr, taskId, DIGEST);
            vm.prank(all[i].addr);
            poco.contribute(taskId, resultHash, resultSeal, challenge, attestation, authorization);
        }
        address[] memory contributors = poco.viewTask(taskId).contributors;
        assertEq(contributors.length, 4, "contributors");
        for (uint256 i; i < 4; ++i) {
            address challenge = (mask >> i) & 1 == 1 ? enclave.addr : address(0);
            _assertContribution(all[i], ContributionStatus.CONTRIBUTED, DIGEST, challenge, 1);
            assertEq(contributors[i], all[i].addr, "order");
        }
    }
}

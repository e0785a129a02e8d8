// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IConsensus} from "../../../../contracts/interfaces/IConsensus.sol";
import {ITasks} from "../../../../contracts/interfaces/ITasks.sol";
import {ContributionStatus} from "../../../../contracts/types/Contribution.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";
import {TaskStatus} from "../../../../contracts/types/Task.sol";
import {Journal} from "../../../fixtures/Journal.sol";

contract Reveal_Unit_Test is Journal {
    function _expectUnexpectedStatus(TaskId taskId, TaskStatus status) internal {
        vm.expectRevert(abi.encodeWithSelector(ITasks.UnexpectedTaskStatus.selector, taskId, status));
    }

    function _expectNothingToReveal(TaskId taskId, address account) internal {
        vm.expectRevert(abi.encodeWithSelector(IConsensus.NothingToReveal.selector, taskId, account));
    }

    function testFuzz_RevertGiven_TheTaskIsUnknown(bytes32 taskId) external {
        _expectUnexpectedStatus(TaskId.wrap(taskId), TaskStatus.UNSET);
        _reveal(TaskId.wrap(taskId), worker.addr);
    }

    function test_RevertGiven_TheTaskIsActive() external {
        requestOrder.trust = 3;
        TaskId taskId = _openTask();
        _contribute(taskId, worker, DIGEST);

        _expectUnexpectedStatus(taskId, TaskStatus.ACTIVE);
        _reveal(taskId, worker.addr);
    }

    function test_RevertGiven_TheTaskIsCompleted() external {
        TaskId taskId = _contestedTask();
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker3.addr);
        vm.warp(REVEAL_DEADLINE);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "", "");

        _expectUnexpectedStatus(taskId, TaskStatus.COMPLETED);
        _reveal(taskId, worker4.addr);
    }

    function test_RevertGiven_TheTaskHasFailed() external {
        TaskId taskId = _agreedTask();
        vm.warp(FINAL_DEADLINE);
        poco.claim(taskId);

        _expectUnexpectedStatus(taskId, TaskStatus.FAILED);
        _reveal(taskId, worker.addr);
    }

    function testFuzz_RevertWhen_TheRevealDeadlineHasPassed(uint256 agreed, uint256 time) external {
        TaskId taskId = _openTask();
        agreed = bound(agreed, NOW, CONTRIBUTION_DEADLINE - 1);
        uint256 deadline = agreed + 2 * CLOCK;
        vm.warp(agreed);
        _contribute(taskId, worker, DIGEST);

        vm.warp(bound(time, deadline + 1, type(uint40).max));
        vm.expectRevert(abi.encodeWithSelector(IConsensus.RevealsClosed.selector, taskId, deadline));
        _reveal(taskId, worker.addr);
        vm.warp(deadline);
        vm.expectRevert(abi.encodeWithSelector(IConsensus.RevealsClosed.selector, taskId, deadline));
        _reveal(taskId, worker.addr);
        vm.warp(deadline - 1);
        _reveal(taskId, worker.addr);
    }

    function testFuzz_RevertWhen_TheCallerDidNotContribute(address caller) external {
        vm.assume(caller != worker.addr);
        TaskId taskId = _openTask();
        // Nothing is sealed for who did not contribute: any digest would do, if this were all.
        _contribute(taskId, worker, DIGEST);

        _expectNothingToReveal(taskId, caller);
        _reveal(taskId, caller);
    }

    function test_RevertWhen_TheCallerContributedSomethingElse() external {
        requestOrder.trust = 3;
        TaskId taskId = _openTask();
        // It knows the result, and sealed it, but committed to another.
        _commit(taskId, worker.addr, _resultHash(taskId, LIE), _resultSeal(worker.addr, taskId, DIGEST));
        _contribute(taskId, worker2, DIGEST);
        _contribute(taskId, worker3, DIGEST);
        _contribute(taskId, worker4, DIGEST);

        _expectNothingToReveal(taskId, worker.addr);
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker2.addr);
    }

    function test_RevertWhen_TheCallerRevealedAlready() external {
        TaskId taskId = _contestedTask();
        _reveal(taskId, worker.addr);

        _expectNothingToReveal(taskId, worker.addr);
        _reveal(taskId, worker.addr);
    }

    function test_RevertWhen_TheContributionOfTheCallerWasRejectedBefore() external {
        TaskId taskId = _reopenedTask();
        _contribute(taskId, worker2, DIGEST);

        _expectNothingToReveal(taskId, worker.addr);
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker2.addr);
    }

    function testFuzz_RevertWhen_TheDigestIsNotWhatWasAgreedOn(bytes32 digest) external {
        vm.assume(digest != DIGEST);
        TaskId taskId = _openTask();
        // Sealed for the wrong digest, so that only the hash is in the way.
        _commit(taskId, worker.addr, _resultHash(taskId, DIGEST), _resultSeal(worker.addr, taskId, digest));

        vm.expectRevert(abi.encodeWithSelector(IConsensus.DigestMismatch.selector, taskId, digest));
        vm.prank(worker.addr);
        poco.reveal(taskId, digest);
    }

    function testFuzz_RevertWhen_TheDigestIsNotWhatWasRevealedBefore(bytes32 digest) external {
        vm.assume(digest != DIGEST);
        requestOrder.trust = 3;
        TaskId taskId = _openTask();
        _contribute(taskId, worker, DIGEST);
        _commit(taskId, worker2.addr, _resultHash(taskId, DIGEST), _resultSeal(worker2.addr, taskId, digest));
        _reveal(taskId, worker.addr);

        vm.expectRevert(abi.encodeWithSelector(IConsensus.DigestMismatch.selector, taskId, digest));
        vm.prank(worker2.addr);
        poco.reveal(taskId, digest);
    }

    function testFuzz_RevertWhen_TheCallerCopiedTheResultHash(bytes32 resultSeal) external {
        TaskId taskId = _openTask();
        vm.assume(resultSeal != _resultSeal(worker.addr, taskId, DIGEST));
        _commit(taskId, worker.addr, _resultHash(taskId, DIGEST), resultSeal);

        vm.expectRevert(abi.encodeWithSelector(IConsensus.SealMismatch.selector, taskId, worker.addr, DIGEST));
        _reveal(taskId, worker.addr);
    }

    function testFuzz_WhenAWinnerRevealsWhatItFound(bytes32 digest, uint256 time) external {
        requestOrder.trust = 3;
        TaskId taskId = _openTask();
        _contribute(taskId, worker, digest);
        _contribute(taskId, worker2, digest);
        vm.warp(bound(time, NOW, REVEAL_DEADLINE - 1));
        Account[2] memory winners = [worker2, worker];

        for (uint256 i; i < 2; ++i) {
            _record();
            vm.prank(winners[i].addr);
            poco.reveal(taskId, digest);

            // It should emit {TaskReveal} and nothing else.
            _noteReveal(taskId, winners[i].addr, digest);
            _assertJournal();
            // It should count the reveal.
            assertEq(poco.viewTask(taskId).revealCounter, i + 1, "reveals");
            assertEq(poco.viewTask(taskId).winnerCounter, 2, "winners");
            // It should prove the contribution.
            assertEq(
                uint8(poco.viewContribution(taskId, winners[i].addr).status),
                uint8(ContributionStatus.PROVED),
                "contribution"
            );
        }
        _assertStatus(taskId, TaskStatus.REVEALING);
    }
}

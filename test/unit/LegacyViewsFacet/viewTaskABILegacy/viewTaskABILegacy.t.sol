// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {TaskId} from "../../../../contracts/types/Ids.sol";
import {Task, TaskStatus} from "../../../../contracts/types/Task.sol";

contract ViewTaskABILegacy_Unit_Test is Market {
    function testFuzz_WhenTheTaskIsUnknown(TaskId id) external view {
        // It should answer zeros.
        Task memory nothing;
        check(id, nothing);
    }

    function test_GivenTheTaskIsActive() external {
        requestOrder.trust = 5;
        TaskId id = _openTask();
        _contribute(id, worker, "answer");

        // It should equal viewTask with its contributors.
        check(id, TaskStatus.ACTIVE);
        assertEq(poco.viewTask(id).contributors.length, 1, "contributors");
    }

    function test_GivenTheTaskIsRevealing() external {
        TaskId id = _openTask();
        _contribute(id, worker, "answer");

        // It should equal viewTask with its consensus.
        check(id, TaskStatus.REVEALING);
        assertEq(poco.viewTask(id).consensusValue, _resultHash(id, "answer"), "consensus");
    }

    function testFuzz_GivenTheTaskIsCompleted(bytes calldata results) external {
        vm.assume(results.length < 20_000);
        TaskId id = _openTask();
        _contribute(id, worker, "answer");
        vm.prank(worker.addr);
        poco.reveal(id, "answer");
        vm.prank(scheduler.addr);
        poco.finalize(id, results, "");

        // It should equal viewTask with its results.
        check(id, TaskStatus.COMPLETED);
        assertEq(poco.viewTask(id).results, results, "results");
    }

    function testFuzz_GivenTheTaskWasFinishedAlone(bytes calldata results) external {
        vm.assume(results.length < 20_000);
        TaskId id = _openTask();
        bytes memory authorization = _authorize(scheduler, worker.addr, id, address(0));
        vm.prank(worker.addr);
        poco.contributeAndFinalize(id, "answer", results, "", address(0), "", authorization);

        // It should equal viewTask with its one contributor.
        check(id, TaskStatus.COMPLETED);
        assertEq(poco.viewTask(id).contributors[0], worker.addr, "contributor");
    }

    function test_GivenTheTaskWasClaimed() external {
        requestOrder.trust = 5;
        TaskId id = _openTask();
        _contribute(id, worker, "answer");
        vm.warp(NOW + 10 * CLOCK);
        poco.claim(id);

        // It should equal viewTask as failed.
        check(id, TaskStatus.FAILED);
    }

    function check(TaskId id, TaskStatus status) private view {
        Task memory task = poco.viewTask(id);
        assertTrue(task.status == status, "status");
        check(id, task);
    }

    /// @dev Twelve words and their tails, encoded as the view answers them.
    function check(TaskId id, Task memory task) private view {
        (bool success, bytes memory answer) = address(poco).staticcall(abi.encodeCall(poco.viewTaskABILegacy, (id)));
        assertTrue(success, "success");
        bytes memory head = abi.encode(
            task.status,
            task.dealid,
            task.idx,
            task.timeref,
            task.contributionDeadline,
            task.revealDeadline,
            task.finalDeadline
        );
        bytes memory middle = abi.encode(task.consensusValue, task.revealCounter, task.winnerCounter);
        bytes memory tail = abi.encode(task.contributors, task.results);
        // Offsets count from the beginning of the tuple, ten words before that of the last two.
        for (uint256 offset = 0x20; offset <= 0x40; offset += 0x20) {
            assembly {
                mstore(add(tail, offset), add(mload(add(tail, offset)), 0x140))
            }
        }
        assertEq(answer, bytes.concat(head, middle, tail), "tuple");
    }
}

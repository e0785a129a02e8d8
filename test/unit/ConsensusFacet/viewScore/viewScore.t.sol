// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {TaskId} from "../../../../contracts/types/Ids.sol";
import {Work} from "../../../fixtures/Work.sol";

contract ViewScore_Unit_Test is Work {
    function testFuzz_GivenTheWorkerIsUnknown(address account) external view {
        // It should be zero.
        assertEq(poco.viewScore(account), 0, "score");
    }

    /// @dev A task where `worker2` loses, and `worker4` too: it does not reveal.
    function _finalizeContested(uint256[4] memory scores) internal {
        TaskId taskId = _contestedTask();
        _setScore(worker.addr, scores[0]);
        _setScore(worker2.addr, scores[1]);
        _setScore(worker3.addr, scores[2]);
        _setScore(worker4.addr, scores[3]);
        _reveal(taskId, worker.addr);
        _reveal(taskId, worker3.addr);
        vm.warp(REVEAL_DEADLINE);
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "", "");
    }

    function testFuzz_GivenTheWorkerWasRightTogetherWithOthers(uint64 score1, uint64 score3) external {
        vm.assume(score1 < type(uint64).max && score3 < type(uint64).max);
        _finalizeContested([uint256(score1), 0, score3, 0]);

        // It should be one more.
        assertEq(poco.viewScore(worker.addr), uint256(score1) + 1, "first");
        assertEq(poco.viewScore(worker3.addr), uint256(score3) + 1, "third");
    }

    function testFuzz_GivenTheWorkerWasRightAlone(uint64 score) external {
        _setScore(worker.addr, score);
        _completedTask();

        // It should be what it was.
        assertEq(poco.viewScore(worker.addr), score, "score");
    }

    function testFuzz_GivenTheWorkerWasWrong(uint64 score2, uint64 score4) external {
        _finalizeContested([uint256(0), score2, 0, score4]);

        // It should be two thirds of what it was.
        assertEq(poco.viewScore(worker2.addr), uint256(score2) - (uint256(score2) + 2) / 3, "liar");
        assertEq(poco.viewScore(worker4.addr), uint256(score4) - (uint256(score4) + 2) / 3, "silent");
    }
}

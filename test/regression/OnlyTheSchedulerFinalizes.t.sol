// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IConsensus} from "../../contracts/interfaces/IConsensus.sol";
import {TaskId} from "../../contracts/types/Ids.sol";
import {TaskStatus} from "../../contracts/types/Task.sol";
import {Work} from "../fixtures/Work.sol";

/// @dev docs/reference/protocol.md section 11 (g). The peer's test of who may finalize passes without the check, because its task could not be finalized
/// anyway. Here the caller is all that is wrong: one call later, the scheduler does it.
contract OnlyTheSchedulerFinalizes_Test is Work {
    function test_NobodyElseFinalizes() external {
        TaskId taskId = _agreedTask();
        _reveal(taskId, worker.addr);
        _sellWorkerpool();
        address[6] memory others = [worker.addr, requester.addr, buyer.addr, owner.addr, address(poco), workerpool];

        for (uint256 i; i < others.length; ++i) {
            vm.expectRevert(
                abi.encodeWithSelector(IConsensus.CallerIsNotTheScheduler.selector, taskId, others[i], scheduler.addr)
            );
            vm.prank(others[i]);
            poco.finalize(taskId, "results", "");
        }
        vm.prank(scheduler.addr);
        poco.finalize(taskId, "results", "");
        _assertStatus(taskId, TaskStatus.COMPLETED);
    }
}

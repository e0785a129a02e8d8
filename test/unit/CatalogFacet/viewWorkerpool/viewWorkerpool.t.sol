// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {IMatching} from "../../../../contracts/interfaces/IMatching.sol";
import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {WorkerpoolInfo} from "../../../../contracts/types/Catalog.sol";
import {OrderKind} from "../../../../contracts/types/Orders.sol";

contract ViewWorkerpool_Unit_Test is Base {
    function testFuzz_RevertWhen_TheWorkerpoolIsNotRegistered(address nobody) external {
        vm.expectRevert(abi.encodeWithSelector(IMatching.NotRegistered.selector, OrderKind.WORKERPOOL, nobody));
        poco.viewWorkerpool(nobody);
    }

    function testFuzz_WhenTheWorkerpoolIsRegistered(string calldata text, uint256 stake, uint256 reward) external {
        reward = bound(reward, 0, 100);
        address workerpool = workerpoolRegistry.createWorkerpool(scheduler.addr, text);

        // It should be what it was created with.
        check(workerpool, text, 30, 1);

        // It should follow its policy.
        vm.prank(scheduler.addr);
        IWorkerpool(workerpool).changePolicy(stake, reward);
        check(workerpool, text, stake, reward);
    }

    function check(address workerpool, string memory text, uint256 stake, uint256 reward) private view {
        WorkerpoolInfo memory info = poco.viewWorkerpool(workerpool);
        assertEq(info.owner, scheduler.addr, "owner");
        assertEq(info.m_workerpoolDescription, text, "description");
        assertEq(info.m_workerStakeRatioPolicy, stake, "stake ratio");
        assertEq(info.m_schedulerRewardRatioPolicy, reward, "reward ratio");
    }
}

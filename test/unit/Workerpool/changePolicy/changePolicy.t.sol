// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract ChangePolicy_Unit_Test is RegistryFixture {
    IWorkerpool internal workerpool;

    function setUp() public override {
        super.setUp();
        workerpool = IWorkerpool(workerpools.createWorkerpool(alice, "workerpool"));
    }

    function testFuzz_RevertWhen_TheCallerDoesNotOwnTheWorkerpool(address caller) external {
        vm.assume(caller != alice);

        vm.expectRevert(abi.encodeWithSelector(IWorkerpool.OnlyWorkerpoolOwner.selector, caller, alice));
        vm.prank(caller);
        workerpool.changePolicy(40, 5);
    }

    function test_RevertWhen_TheCallerSoldTheWorkerpool() external {
        vm.startPrank(alice);
        workerpools.transferFrom(alice, bob, idOf(address(workerpool)));

        vm.expectRevert(abi.encodeWithSelector(IWorkerpool.OnlyWorkerpoolOwner.selector, alice, bob));
        workerpool.changePolicy(40, 5);
    }

    function testFuzz_RevertWhen_TheRewardRatioIsAbove100(uint256 reward) external {
        assertRefused(101);
        assertRefused(bound(reward, 101, type(uint256).max));
    }

    function assertRefused(uint256 reward) private {
        vm.expectRevert(abi.encodeWithSelector(IWorkerpool.SchedulerRewardRatioTooHigh.selector, reward, 100));
        vm.prank(alice);
        workerpool.changePolicy(40, reward);
    }

    function testFuzz_WhenTheRewardRatioIsAPercentage(
        uint256 stake1,
        uint256 reward1,
        uint256 stake2,
        uint256 reward2
    ) external {
        reward1 = bound(reward1, 0, 100);
        reward2 = bound(reward2, 0, 100);
        vm.startPrank(alice);

        // It should emit {PolicyUpdate}.
        vm.expectEmit(address(workerpool));
        emit IWorkerpool.PolicyUpdate(30, stake1, 1, reward1);
        workerpool.changePolicy(stake1, reward1);
        vm.expectEmit(address(workerpool));
        emit IWorkerpool.PolicyUpdate(stake1, stake2, reward1, reward2);
        workerpool.changePolicy(stake2, reward2);

        // It should change the policy.
        assertEq(workerpool.m_workerStakeRatioPolicy(), stake2, "stake ratio");
        assertEq(workerpool.m_schedulerRewardRatioPolicy(), reward2, "reward ratio");
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IWorkerpoolRegistry} from "../../../../contracts/interfaces/IWorkerpoolRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract SetPolicy_Unit_Test is RegistryFixture {
    function testFuzz_RevertWhen_TheCallerIsNotAWorkerpoolOfTheRegistry(address caller) external {
        vm.expectRevert(abi.encodeWithSelector(IWorkerpoolRegistry.OnlyWorkerpool.selector, caller));
        vm.prank(caller);
        workerpools.setPolicy(40, 5);
    }

    function test_RevertWhen_TheCallerIsAnInheritedWorkerpool() external {
        IWorkerpoolRegistry old = newWorkerpoolRegistry();
        address oldWorkerpool = old.createWorkerpool(alice, "old");
        vm.prank(registryOwner);
        workerpools.initialize(address(old));

        vm.expectRevert(abi.encodeWithSelector(IWorkerpoolRegistry.OnlyWorkerpool.selector, oldWorkerpool));
        vm.prank(oldWorkerpool);
        workerpools.setPolicy(40, 5);
    }

    function testFuzz_WhenTheCallerIsAWorkerpoolOfTheRegistry(uint256 stake, uint8 reward) external {
        address workerpool = workerpools.createWorkerpool(alice, "one");
        address other = workerpools.createWorkerpool(alice, "other");

        vm.prank(workerpool);
        (uint256 oldStake, uint256 oldReward) = workerpools.setPolicy(stake, reward);

        // It should return the old policy.
        assertEq(oldStake, 30, "old stake ratio");
        assertEq(oldReward, 1, "old reward ratio");
        // It should be the policy of that workerpool.
        (, uint256 newStake, uint256 newReward) = workerpools.termsOf(workerpool);
        assertEq(newStake, stake, "stake ratio");
        assertEq(newReward, reward, "reward ratio");
        // It should not touch the policy of another workerpool.
        (, uint256 otherStake, uint256 otherReward) = workerpools.termsOf(other);
        assertEq(otherStake, 30, "stake ratio of the other");
        assertEq(otherReward, 1, "reward ratio of the other");
    }
}

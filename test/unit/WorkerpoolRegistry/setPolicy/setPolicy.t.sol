// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IWorkerpoolRegistry} from "../../../../contracts/interfaces/IWorkerpoolRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract SetPolicy_Unit_Test is RegistryFixture {
    /// @dev The widest stake ratio that fits.
    uint256 internal constant WIDEST = type(uint40).max - 1;

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

    function testFuzz_WhenTheStakeRatioIsAny(uint256 stake, uint8 reward) external {
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
        // It should not touch who holds the workerpool.
        assertEq(workerpools.ownerOf(idOf(workerpool)), alice, "owner");
        assertEq(workerpools.tokenOfOwnerByIndex(alice, 0), idOf(workerpool), "owner's list");
    }

    function testFuzz_WhenTheStakeRatioJustFitsBesideTheOwner(uint256 distance, uint8 reward) external {
        distance = bound(distance, 0, 7);
        address workerpool = workerpools.createWorkerpool(alice, "one");

        vm.prank(workerpool);
        workerpools.setPolicy(WIDEST - distance, reward);

        // It should keep it.
        assertPolicy(workerpool, WIDEST - distance, reward);
    }

    function testFuzz_WhenTheStakeRatioJustDoesNotFitBesideTheOwner(uint256 distance, uint8 reward) external {
        distance = bound(distance, 1, 8);
        address workerpool = workerpools.createWorkerpool(alice, "one");

        vm.startPrank(workerpool);
        workerpools.setPolicy(WIDEST + distance, reward);

        // It should keep it whole.
        assertPolicy(workerpool, WIDEST + distance, reward);
        // It should forget it with the next policy.
        (uint256 oldStake, uint256 oldReward) = workerpools.setPolicy(0, 0);
        assertEq(oldStake, WIDEST + distance, "old stake ratio");
        assertEq(oldReward, reward, "old reward ratio");
        assertPolicy(workerpool, 0, 0);
    }

    function assertPolicy(address workerpool, uint256 stake, uint256 reward) private view {
        (address owner, uint256 actualStake, uint256 actualReward) = workerpools.termsOf(workerpool);
        assertEq(owner, alice, "owner");
        assertEq(actualStake, stake, "stake ratio");
        assertEq(actualReward, reward, "reward ratio");
    }
}

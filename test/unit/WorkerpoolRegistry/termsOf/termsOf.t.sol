// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistryEntry} from "../../../../contracts/interfaces/IRegistryEntry.sol";
import {IWorkerpool} from "../../../../contracts/interfaces/IWorkerpool.sol";
import {IWorkerpoolRegistry} from "../../../../contracts/interfaces/IWorkerpoolRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract TermsOf_Unit_Test is RegistryFixture {
    IWorkerpoolRegistry internal old;
    IWorkerpool internal oldWorkerpool;

    modifier givenTheWorkerpoolIsInherited() {
        vm.prank(registryOwner);
        workerpools.initialize(address(old));
        _;
    }

    function setUp() public override {
        super.setUp();
        old = newWorkerpoolRegistry();
        oldWorkerpool = IWorkerpool(old.createWorkerpool(alice, "old"));
    }

    function assertTerms(address workerpool, address owner, uint256 stake, uint256 reward) internal view {
        (address actualOwner, uint256 actualStake, uint256 actualReward) = workerpools.termsOf(workerpool);
        assertEq(actualOwner, owner, "owner");
        assertEq(actualStake, stake, "stake ratio");
        assertEq(actualReward, reward, "reward ratio");
    }

    function testFuzz_GivenTheWorkerpoolWasCreatedByTheRegistry(uint256 stake, uint256 reward) external {
        reward = bound(reward, 0, 100);
        IWorkerpool workerpool = IWorkerpool(workerpools.createWorkerpool(alice, "one"));
        assertTerms(address(workerpool), alice, 30, 1);

        vm.startPrank(alice);
        workerpool.changePolicy(stake, reward);
        workerpools.transferFrom(alice, bob, idOf(address(workerpool)));

        // It should tell who holds its token.
        // It should tell its policy.
        assertTerms(address(workerpool), bob, stake, reward);
    }

    function testFuzz_WhenItAnswers(uint256 stake, uint256 reward) external givenTheWorkerpoolIsInherited {
        reward = bound(reward, 0, 100);
        vm.prank(alice);
        oldWorkerpool.changePolicy(stake, reward);

        // It should tell what the workerpool says.
        assertTerms(address(oldWorkerpool), alice, stake, reward);
    }

    function test_WhenItDoesNotSayWhoOwnsIt() external givenTheWorkerpoolIsInherited {
        vm.mockCallRevert(address(oldWorkerpool), abi.encodeCall(IRegistryEntry.owner, ()), abi.encode(alice));

        // It should tell zeros.
        assertTerms(address(oldWorkerpool), address(0), 0, 0);
    }

    function test_WhenItDoesNotSayItsStakeRatio() external givenTheWorkerpoolIsInherited {
        bytes memory question = abi.encodeCall(IWorkerpool.m_workerStakeRatioPolicy, ());
        vm.mockCallRevert(address(oldWorkerpool), question, abi.encode(30));

        // It should tell zeros.
        assertTerms(address(oldWorkerpool), address(0), 0, 0);
    }

    function test_WhenItDoesNotSayItsRewardRatio() external givenTheWorkerpoolIsInherited {
        bytes memory question = abi.encodeCall(IWorkerpool.m_schedulerRewardRatioPolicy, ());
        vm.mockCallRevert(address(oldWorkerpool), question, abi.encode(1));

        // It should tell zeros.
        assertTerms(address(oldWorkerpool), address(0), 0, 0);
    }

    function testFuzz_WhenItsRewardRatioIsAbove100(uint256 reward) external givenTheWorkerpoolIsInherited {
        reward = bound(reward, 101, type(uint256).max);
        bytes memory question = abi.encodeCall(IWorkerpool.m_schedulerRewardRatioPolicy, ());
        vm.mockCall(address(oldWorkerpool), question, abi.encode(reward));

        // It should tell zeros.
        assertTerms(address(oldWorkerpool), address(0), 0, 0);
    }

    function test_GivenTheWorkerpoolIsNotRegistered() external {
        // It should tell zeros.
        assertTerms(address(oldWorkerpool), address(0), 0, 0);
        IWorkerpoolRegistry stranger = newWorkerpoolRegistry();
        vm.prank(registryOwner);
        workerpools.initialize(address(stranger));
        assertTerms(address(oldWorkerpool), address(0), 0, 0);
    }
}

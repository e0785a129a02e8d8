// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistryEntry} from "../../../../contracts/interfaces/IRegistryEntry.sol";
import {IAppRegistry} from "../../../../contracts/interfaces/IAppRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract OwnerOfAsset_Unit_Test is RegistryFixture {
    IAppRegistry internal old;
    address internal oldApp;
    bytes internal question = abi.encodeCall(IRegistryEntry.owner, ());

    modifier givenTheAssetIsInherited() {
        vm.prank(registryOwner);
        apps.initialize(address(old));
        _;
    }

    function setUp() public override {
        super.setUp();
        old = newAppRegistry();
        oldApp = old.createApp(alice, "old", "DOCKER", "", bytes32(0), "");
    }

    function test_GivenTheAssetWasCreatedByTheRegistry() external {
        address app = apps.createApp(alice, "app", "DOCKER", "", bytes32(0), "");

        // It should be who holds its token.
        assertEq(apps.ownerOfAsset(app), alice, "at first");
        vm.prank(alice);
        apps.transferFrom(alice, bob, idOf(app));
        assertEq(apps.ownerOfAsset(app), bob, "after a transfer");
    }

    function test_WhenItSaysWhoOwnsIt() external givenTheAssetIsInherited {
        // It should be who the asset says.
        assertEq(apps.ownerOfAsset(oldApp), alice, "at first");
        vm.prank(alice);
        old.transferFrom(alice, bob, idOf(oldApp));
        assertEq(apps.ownerOfAsset(oldApp), bob, "after a transfer");
    }

    function test_WhenItSaysThatTheLastOfAllAddressesOwnsIt() external givenTheAssetIsInherited {
        vm.mockCall(oldApp, question, abi.encode(type(uint160).max));

        // It should be that address.
        assertEq(apps.ownerOfAsset(oldApp), address(type(uint160).max));
    }

    function test_WhenItReverts() external givenTheAssetIsInherited {
        vm.mockCallRevert(oldApp, question, abi.encode(bob));

        // It should be nobody.
        assertEq(apps.ownerOfAsset(oldApp), address(0));
    }

    function testFuzz_WhenItAnswersLessThanAWord(uint256 size) external givenTheAssetIsInherited {
        bytes memory answer = new bytes(bound(size, 0, 31));
        for (uint256 i; i < answer.length; ++i) {
            answer[i] = i < 12 ? bytes1(0) : bytes1(0xff);
        }
        vm.mockCall(oldApp, question, answer);

        // It should be nobody.
        assertEq(apps.ownerOfAsset(oldApp), address(0));
    }

    function testFuzz_WhenItAnswersSomethingElseThanAnAddress(uint256 answer) external givenTheAssetIsInherited {
        uint256[2] memory answers = [uint256(type(uint160).max) + 1, answer];
        answers[1] = bound(answer, answers[0], type(uint256).max);
        for (uint256 i; i < answers.length; ++i) {
            vm.mockCall(oldApp, question, abi.encode(answers[i]));

            // It should be nobody.
            assertEq(apps.ownerOfAsset(oldApp), address(0));
        }
    }

    function test_GivenTheAssetIsNotRegistered() external {
        // It should be nobody.
        assertEq(apps.ownerOfAsset(oldApp), address(0), "without a previous registry");
        IAppRegistry stranger = newAppRegistry();
        vm.prank(registryOwner);
        apps.initialize(address(stranger));
        assertEq(apps.ownerOfAsset(oldApp), address(0), "with a previous registry that does not know it");
    }
}

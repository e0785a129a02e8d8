// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {IAppRegistry} from "../../../../contracts/interfaces/IAppRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract PredictApp_Unit_Test is RegistryFixture {
    function test_RevertWhen_TheFieldsDoNotFitInContractCode() external {
        bytes memory text = new bytes(24_532 - 38);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, 24_532, 24_531));
        apps.predictApp(alice, string(text), "", "", bytes32(0), "");
    }

    function test_GivenTheAppExists() external {
        address app = apps.createApp(alice, "n", "t", "m", bytes32(uint256(1)), "e");

        // It should be where the app is.
        assertEq(apps.predictApp(alice, "n", "t", "m", bytes32(uint256(1)), "e"), app);
    }

    function test_WhenAnythingAboutTheAppDiffers() external {
        address app = apps.predictApp(alice, "n", "t", "m", bytes32(uint256(1)), "e");

        // It should be somewhere else.
        assertNotEq(apps.predictApp(bob, "n", "t", "m", bytes32(uint256(1)), "e"), app, "owner");
        assertNotEq(apps.predictApp(alice, "x", "t", "m", bytes32(uint256(1)), "e"), app, "name");
        assertNotEq(apps.predictApp(alice, "n", "x", "m", bytes32(uint256(1)), "e"), app, "type");
        assertNotEq(apps.predictApp(alice, "n", "t", "x", bytes32(uint256(1)), "e"), app, "multiaddr");
        assertNotEq(apps.predictApp(alice, "n", "t", "m", bytes32(uint256(2)), "e"), app, "checksum");
        assertNotEq(apps.predictApp(alice, "n", "t", "m", bytes32(uint256(1)), "x"), app, "mrenclave");
        assertNotEq(apps.predictApp(alice, "nt", "", "m", bytes32(uint256(1)), "e"), app, "border of name and type");
        assertNotEq(
            apps.predictApp(alice, "n", "tm", "", bytes32(uint256(1)), "e"),
            app,
            "border of type and multiaddr"
        );
        assertNotEq(
            apps.predictApp(alice, "n", "t", "me", bytes32(uint256(1)), ""),
            app,
            "border of multiaddr and mrenclave"
        );
        IAppRegistry other = newAppRegistry();
        assertNotEq(other.predictApp(alice, "n", "t", "m", bytes32(uint256(1)), "e"), app, "registry");
    }
}

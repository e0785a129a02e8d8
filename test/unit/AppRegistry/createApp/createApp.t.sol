// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {IApp} from "../../../../contracts/interfaces/IApp.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract CreateApp_Unit_Test is RegistryFixture {
    /// @dev What is left of 24,576 bytes of code behind the 45 of the proxy.
    uint256 internal constant MAX_SIZE = 24_531;
    /// @dev What the packed fields take besides the text.
    uint256 internal constant HEADER = 38;

    function test_RevertWhen_TheOwnerIsZero() external {
        vm.expectRevert(abi.encodeWithSelector(IERC721Errors.ERC721InvalidReceiver.selector, address(0)));
        apps.createApp(address(0), "n", "t", "m", bytes32(uint256(1)), "e");
    }

    function testFuzz_RevertWhen_TheFieldsDoNotFitInContractCode(uint256 size) external {
        size = bound(size, MAX_SIZE + 1, MAX_SIZE + 5000);
        bytes memory text = new bytes(size - HEADER);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, size, MAX_SIZE));
        apps.createApp(alice, string(text), "", "", bytes32(0), "");
    }

    function test_RevertWhen_AFieldIsLongerThanItsPackedLengthCanTell() external {
        bytes memory text = new bytes(65_536);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, 65_536 + HEADER, MAX_SIZE));
        apps.createApp(alice, string(text), "", "", bytes32(0), "");
    }

    function test_RevertGiven_TheAppExists() external {
        address app = apps.createApp(alice, "n", "t", "m", bytes32(uint256(1)), "e");

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetAlreadyExists.selector, app));
        apps.createApp(alice, "n", "t", "m", bytes32(uint256(1)), "e");
    }

    function test_RevertGiven_TheAppExistsAndWasSold() external {
        address app = apps.createApp(alice, "n", "t", "m", bytes32(uint256(1)), "e");
        vm.prank(alice);
        apps.transferFrom(alice, bob, idOf(app));

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetAlreadyExists.selector, app));
        apps.createApp(alice, "n", "t", "m", bytes32(uint256(1)), "e");
    }

    function test_WhenTheFieldsJustFitInContractCode() external {
        bytes memory text = new bytes(MAX_SIZE - HEADER);
        text[0] = "a";
        text[text.length - 1] = "z";

        IApp app = IApp(apps.createApp(alice, string(text), "", "", bytes32(0), ""));

        // It should keep them.
        assertEq(bytes(app.m_appName()), text);
    }

    function testFuzz_WhenTheAppIsNew(
        address owner,
        string calldata name,
        string calldata appType,
        bytes calldata multiaddr,
        bytes32 checksum,
        bytes calldata mrenclave
    ) external {
        vm.assume(owner != address(0));
        address predicted = apps.predictApp(owner, name, appType, multiaddr, checksum, mrenclave);
        assertEq(predicted.code.length, 0, "code before");

        // It should emit {Transfer}.
        vm.expectEmit(address(apps));
        emit IERC721.Transfer(address(0), owner, idOf(predicted));
        vm.prank(anyone);
        IApp app = IApp(apps.createApp(owner, name, appType, multiaddr, checksum, mrenclave));

        // It should be where it was predicted.
        assertEq(address(app), predicted, "address");
        // It should give its token to the owner.
        assertEq(apps.ownerOf(idOf(predicted)), owner, "owner");
        // It should keep its fields.
        assertEq(app.m_appName(), name, "name");
        assertEq(app.m_appType(), appType, "type");
        assertEq(app.m_appMultiaddr(), multiaddr, "multiaddr");
        assertEq(app.m_appChecksum(), checksum, "checksum");
        assertEq(app.m_appMREnclave(), mrenclave, "mrenclave");
    }
}

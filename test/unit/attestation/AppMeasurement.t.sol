// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {AppMeasurement} from "../../../contracts/attestation/AppMeasurement.sol";
import {IApp} from "../../../contracts/interfaces/IApp.sol";
import {AppRegistry} from "../../../contracts/registries/AppRegistry.sol";

/// @dev An app that keeps its measurement as it likes.
contract OtherApp {
    bytes public constant m_appMREnclave = "of another registry";
    bytes32 public constant m_appChecksum = "of its package";
}

/// @dev One that publishes its checksum only.
contract UnmeasuredApp {
    bytes32 public constant m_appChecksum = "of its package";
    bytes public m_appMREnclave;
}

contract AppMeasurement_Test is Test {
    bytes internal constant HEAD = hex"363d3d373d3d3d363d73";
    bytes internal constant TAIL = hex"5af43d82803e903d91602b57fd5bf3";

    bytes32 internal constant CHECKSUM = "of the package";

    AppRegistry internal registry;
    OtherApp internal other;

    function setUp() external {
        registry = new AppRegistry(address(this));
        other = new OtherApp();
    }

    function testFuzz_AnAppOfOurRegistryIsReadAsItSays(
        string calldata name,
        string calldata appType,
        bytes calldata multiaddr,
        bytes32 checksum,
        bytes calldata mrenclave
    ) external {
        vm.assume(mrenclave.length != 0);
        address app = registry.createApp(makeAddr("owner"), name, appType, multiaddr, checksum, mrenclave);

        assertEq(AppMeasurement.hashOf(app), keccak256(mrenclave), "as it was registered");
        assertEq(AppMeasurement.hashOf(app), keccak256(IApp(app).m_appMREnclave()), "as it says");
        (bool isImage, ) = AppMeasurement.imageOf(app);
        assertFalse(isImage, "what has a measurement is no image");
    }

    function testFuzz_TheChecksumCountsWhereNothingElseIsPublished(
        string calldata name,
        string calldata appType,
        bytes calldata multiaddr,
        bytes32 checksum
    ) external {
        address app = registry.createApp(makeAddr("owner"), name, appType, multiaddr, checksum, "");

        assertEq(AppMeasurement.hashOf(app), keccak256(bytes.concat(checksum)), "as it was registered");
        assertEq(AppMeasurement.hashOf(app), keccak256(bytes.concat(IApp(app).m_appChecksum())), "as it says");
        (bool isImage, bytes32 digest) = AppMeasurement.imageOf(app);
        assertTrue(isImage, "it may be an image");
        assertEq(digest, checksum, "whose digest is the checksum");
    }

    function test_AnAppOfAnotherRegistryIsAskedForItsChecksum() external {
        UnmeasuredApp app = new UnmeasuredApp();

        assertEq(AppMeasurement.hashOf(address(app)), keccak256(bytes.concat(app.m_appChecksum())));
        (bool isImage, bytes32 digest) = AppMeasurement.imageOf(address(app));
        assertTrue(isImage, "it may be an image");
        assertEq(digest, app.m_appChecksum());
    }

    function test_AnAppOfAnotherRegistryIsAsked() external view {
        assertEq(AppMeasurement.hashOf(address(other)), keccak256(other.m_appMREnclave()));
        (bool isImage, ) = AppMeasurement.imageOf(address(other));
        assertFalse(isImage, "what has a measurement is no image");
    }

    function test_AProxyWithoutFieldsIsAsked() external {
        _assertAsked(bytes.concat(HEAD, bytes20(address(other)), TAIL));
        _assertAsked(bytes.concat(HEAD, bytes20(address(other)), TAIL, new bytes(37)));
    }

    function test_AProxyWhoseFieldsAreLongerThanItsCodeIsAsked() external {
        bytes memory ends = bytes.concat(HEAD, bytes20(address(other)), TAIL, hex"000100010001", CHECKSUM);
        _assertAsked(bytes.concat(ends, new bytes(2)));

        address exact = makeAddr("exact");
        vm.etch(exact, bytes.concat(ends, new bytes(3)));
        assertEq(
            AppMeasurement.hashOf(exact),
            keccak256(bytes.concat(CHECKSUM)),
            "three fields of a byte each, then none"
        );
    }

    function test_CodeThatOnlyBeginsOrOnlyGoesOnLikeAProxyIsAsked() external {
        bytes memory fields = new bytes(38);
        // A proxy that forwards in another way, and one with an instruction before it.
        _assertAsked(bytes.concat(HEAD, bytes20(address(other)), hex"5af43d82803e903d91602b57fd5bf4", fields));
        _assertAsked(bytes.concat(hex"5b363d3d373d3d363d73", bytes20(address(other)), TAIL, fields));
    }

    /// @dev That an app with this code is asked: it either answers, or ends the call.
    function _assertAsked(bytes memory code) private {
        address app = makeAddr("app");
        vm.etch(app, code);
        vm.mockCall(app, abi.encodeCall(IApp.m_appMREnclave, ()), abi.encode(bytes("asked")));
        assertEq(AppMeasurement.hashOf(app), keccak256("asked"));
    }
}

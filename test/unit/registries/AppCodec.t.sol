// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {AppCodec, AppFields} from "../../../contracts/registries/AppCodec.sol";

contract AppCodec_Test is Test {
    function encode(
        string calldata name,
        string calldata appType,
        bytes calldata multiaddr,
        bytes32 checksum,
        bytes calldata mrenclave
    ) external pure returns (bytes memory) {
        return AppCodec.encode(name, appType, multiaddr, checksum, mrenclave);
    }

    function assertRoundTrip(
        bytes memory name,
        bytes memory appType,
        bytes memory multiaddr,
        bytes32 checksum,
        bytes memory mrenclave
    ) internal view {
        AppFields memory app = AppCodec.decode(
            this.encode(string(name), string(appType), multiaddr, checksum, mrenclave)
        );
        assertEq(bytes(app.name), name, "name");
        assertEq(bytes(app.appType), appType, "type");
        assertEq(app.multiaddr, multiaddr, "multiaddr");
        assertEq(app.checksum, checksum, "checksum");
        assertEq(app.mrenclave, mrenclave, "mrenclave");
    }

    function testFuzz_RoundTrip(
        bytes calldata name,
        bytes calldata appType,
        bytes calldata multiaddr,
        bytes32 checksum,
        bytes calldata mrenclave
    ) external view {
        assertRoundTrip(name, appType, multiaddr, checksum, mrenclave);
    }

    /// @dev Lengths of one byte, of two, and zero, in every mixture.
    function testFuzz_RoundTripOfAnyLengths(
        uint16[4] memory lengths,
        bytes32 checksum,
        uint8 empty,
        bytes1 filling
    ) external view {
        bytes[4] memory texts;
        for (uint256 i; i < 4; ++i) {
            uint256 length = empty & (1 << i) == 0 ? bound(lengths[i], 0, 700) : 0;
            texts[i] = new bytes(length);
            for (uint256 j; j < length; ++j) {
                texts[i][j] = filling ^ bytes1(uint8(i));
            }
        }
        assertRoundTrip(texts[0], texts[1], texts[2], checksum, texts[3]);
    }

    /// @dev The layout as drawn.
    function test_Layout() external view {
        assertEq(
            this.encode("ab", "c", "def", bytes32(uint256(7)), "gh"),
            bytes.concat(hex"000200010003", bytes32(uint256(7)), "abcdefgh")
        );
    }
}

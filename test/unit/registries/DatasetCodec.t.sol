// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {DatasetCodec, DatasetFields} from "../../../contracts/registries/DatasetCodec.sol";

contract DatasetCodec_Test is Test {
    function encode(
        string calldata name,
        bytes calldata multiaddr,
        bytes32 checksum
    ) external pure returns (bytes memory) {
        return DatasetCodec.encode(name, multiaddr, checksum);
    }

    function assertRoundTrip(bytes memory name, bytes memory multiaddr, bytes32 checksum) internal view {
        DatasetFields memory dataset = DatasetCodec.decode(this.encode(string(name), multiaddr, checksum));
        assertEq(bytes(dataset.name), name, "name");
        assertEq(dataset.multiaddr, multiaddr, "multiaddr");
        assertEq(dataset.checksum, checksum, "checksum");
    }

    function testFuzz_RoundTrip(bytes calldata name, bytes calldata multiaddr, bytes32 checksum) external view {
        assertRoundTrip(name, multiaddr, checksum);
    }

    /// @dev Lengths of one byte, of two, and zero.
    function testFuzz_RoundTripOfAnyLengths(
        uint256 nameLength,
        uint256 multiaddrLength,
        bytes32 checksum,
        bool isNamed
    ) external view {
        bytes memory name = new bytes(isNamed ? bound(nameLength, 1, 1000) : 0);
        bytes memory multiaddr = new bytes(bound(multiaddrLength, 0, 1000));
        for (uint256 i; i < name.length; ++i) {
            name[i] = "n";
        }
        assertRoundTrip(name, multiaddr, checksum);
    }

    /// @dev The layout as drawn.
    function test_Layout() external view {
        assertEq(this.encode("ab", "cde", bytes32(uint256(7))), bytes.concat(hex"0002", bytes32(uint256(7)), "abcde"));
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";

/// @dev The fields of a dataset, unpacked.
struct DatasetFields {
    string name;
    bytes multiaddr;
    bytes32 checksum;
}

/// @title DatasetCodec
/// @dev The packed fields of a dataset, in bytes; n is the length of the name, big-endian:
///
///     0   2          34       34+n             end
///     +---+----------+--------+----------------+
///     | n | checksum |  name  |   multiaddr    |
///     |   |          |        |   (the rest)   |
///     +---+----------+--------+----------------+
library DatasetCodec {
    using Bytes for bytes;

    uint256 private constant HEADER_SIZE = 34;

    /// @dev Returns the length of a name of 64 KB or more is truncated, but the registry refuses such a name, because
    /// it does not fit contract code.
    function encode(
        string calldata name,
        bytes calldata multiaddr,
        bytes32 checksum
    ) internal pure returns (bytes memory) {
        return abi.encodePacked(uint16(bytes(name).length), checksum, name, multiaddr);
    }

    function decode(bytes memory fields) internal pure returns (DatasetFields memory dataset) {
        uint256 nameEnd = HEADER_SIZE + uint16(bytes2(fields.slice(0, 2)));

        dataset.checksum = bytes32(fields.slice(2, HEADER_SIZE));
        dataset.name = string(fields.slice(HEADER_SIZE, nameEnd));
        dataset.multiaddr = fields.slice(nameEnd);
    }
}

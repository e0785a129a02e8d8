// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Bytes} from "@openzeppelin/contracts/utils/Bytes.sol";

/// @dev The fields of an app, unpacked.
struct AppFields {
    string name;
    string appType;
    bytes multiaddr;
    bytes32 checksum;
    bytes mrenclave;
}

/// @title AppCodec
/// @dev The packed fields of an app, in bytes; n, t and m are the three lengths, big-endian:
///
///     0   2   4   6          38       38+n   38+n+t   38+n+t+m        end
///     +---+---+---+----------+--------+------+--------+---------------+
///     | n | t | m | checksum |  name  | type | multi- |   mrenclave   |
///     |   |   |   |          |        |      | addr   |  (the rest)   |
///     +---+---+---+----------+--------+------+--------+---------------+
library AppCodec {
    using Bytes for bytes;

    uint256 private constant HEADER_SIZE = 38;

    /// @dev Returns the length of a field of 64 KB or more is truncated, but the registry refuses such a field, because
    /// it does not fit contract code.
    function encode(
        string calldata name,
        string calldata appType,
        bytes calldata multiaddr,
        bytes32 checksum,
        bytes calldata mrenclave
    ) internal pure returns (bytes memory) {
        return
            abi.encodePacked(
                uint16(bytes(name).length),
                uint16(bytes(appType).length),
                uint16(multiaddr.length),
                checksum,
                name,
                appType,
                multiaddr,
                mrenclave
            );
    }

    function decode(bytes memory fields) internal pure returns (AppFields memory app) {
        uint256 nameEnd = HEADER_SIZE + uint16(bytes2(fields.slice(0, 2)));
        uint256 typeEnd = nameEnd + uint16(bytes2(fields.slice(2, 4)));
        uint256 multiaddrEnd = typeEnd + uint16(bytes2(fields.slice(4, 6)));

        app.checksum = bytes32(fields.slice(6, HEADER_SIZE));
        app.name = string(fields.slice(HEADER_SIZE, nameEnd));
        app.appType = string(fields.slice(nameEnd, typeEnd));
        app.multiaddr = fields.slice(typeEnd, multiaddrEnd);
        app.mrenclave = fields.slice(multiaddrEnd);
    }
}

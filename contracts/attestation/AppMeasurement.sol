// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IApp} from "../interfaces/IApp.sol";
import {Memory} from "./Memory.sol";

/// @title AppMeasurement
/// @dev The published measurement of an app: `m_appMREnclave`, or where that is empty `m_appChecksum`, the SHA-256 hash
/// of the app's package, which is MRENCLAVE of an enclave that was loaded with it. An app of our registry is a clone
/// with its fields behind the code of the proxy, where they are read for a third of the gas of two calls:
///
///   0                    10               30                   45   47   49   51        83
///   | 363d3d373d3d3d363d73 | implementation | 5af43d82…602b57fd5bf3 | n  | t  | m  | checksum | n + t + m bytes | rest
///
/// and the rest is the measurement. Any other app, of an earlier registry, is called. Calls {IApp}, the app of the
/// deal, with staticcall: it can change nothing.
library AppMeasurement {
    /// @dev The code of a proxy (ERC-1167) before and after the address of its implementation.
    bytes10 private constant PROXY_HEAD = 0x363d3d373d3d3d363d73;
    bytes15 private constant PROXY_TAIL = 0x5af43d82803e903d91602b57fd5bf3;
    uint256 private constant TAIL_PLACE = 30;
    uint256 private constant FIELDS_PLACE = 45;
    uint256 private constant CHECKSUM_PLACE = 51;
    uint256 private constant CHECKSUM_LENGTH = 32;
    /// @dev The position of the fields of variable length.
    uint256 private constant NAME_PLACE = 83;

    /// @dev Returns the keccak256 hash of the measurement.
    function hashOf(address app) internal view returns (bytes32) {
        bytes memory code = app.code;
        (bool isOurs, uint256 place) = _placeIn(code);
        if (!isOurs) return _hashAskedOf(IApp(app));
        unchecked {
            // Safe: both positions are within the code.
            uint256 length = code.length - place;
            if (length == 0) (place, length) = (CHECKSUM_PLACE, CHECKSUM_LENGTH);
            return Memory.keccak(Memory.start(code) + place, length);
        }
    }

    /// @dev Returns whether an app may be an image, and the digest of that image: `m_appChecksum`. An app that
    /// published `m_appMREnclave` is none.
    function imageOf(address app) internal view returns (bool isImage, bytes32 digest) {
        bytes memory code = app.code;
        (bool isOurs, uint256 place) = _placeIn(code);
        if (!isOurs) return (IApp(app).m_appMREnclave().length == 0, IApp(app).m_appChecksum());
        unchecked {
            // Safe: the position is within the code.
            return (place == code.length, Memory.word(Memory.start(code) + CHECKSUM_PLACE));
        }
    }

    /// @dev Returns the keccak256 hash of the measurement of an app that is called for it.
    function _hashAskedOf(IApp app) private view returns (bytes32) {
        bytes memory measurement = app.m_appMREnclave();
        return measurement.length == 0 ? keccak256(bytes.concat(app.m_appChecksum())) : keccak256(measurement);
    }

    /// @dev Returns the position of the measurement in the code of an app of our registry.
    function _placeIn(bytes memory code) private pure returns (bool isOurs, uint256 place) {
        if (code.length < NAME_PLACE) return (false, 0);
        unchecked {
            // Safe: the positions are within the code, and the three lengths have two bytes each.
            uint256 start = Memory.start(code);
            uint256 lengths = uint256(Memory.word(start + FIELDS_PLACE));
            place = NAME_PLACE + (lengths >> 240) + ((lengths >> 224) & 0xffff) + ((lengths >> 208) & 0xffff);
            isOurs = bytes10(Memory.word(start)) == PROXY_HEAD;
            isOurs = isOurs && bytes15(Memory.word(start + TAIL_PLACE)) == PROXY_TAIL && place <= code.length;
        }
    }
}

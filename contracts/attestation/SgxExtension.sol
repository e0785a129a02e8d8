// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {PckFacts} from "../types/Attestation.sol";
import {Der, DerReader} from "./Der.sol";
import {Memory} from "./Memory.sol";

/// @title SgxExtension
/// @dev The extension of PCK certificates in which Intel certifies facts of the platform: its items in Intel's order,
/// the last two optional.
library SgxExtension {
    /// @dev The OID 1.2.840.113741.1.13.1 in DER, the prefix of all items.
    uint256 internal constant ARC = 0x2a864886f84d010d01;
    uint256 internal constant ARC_LENGTH = 9;

    /// @dev Reads all items, and stores the relevant ones in `facts`.
    function read(DerReader memory reader, PckFacts memory facts) internal pure {
        uint256 outer = reader.enter(Der.SEQUENCE);
        _fixed(reader, 1, Der.OCTET_STRING, 16);
        _readTcb(reader, facts);
        _fixed(reader, 3, Der.OCTET_STRING, 2);
        facts.fmspc = bytes6(Memory.word(_fixed(reader, 4, Der.OCTET_STRING, 6)));
        reader.check(Memory.byteAt(_fixed(reader, 5, Der.ENUMERATED, 1)) <= 2);
        if (!reader.isAtEnd()) _fixed(reader, 6, Der.OCTET_STRING, 16);
        if (!reader.isAtEnd()) _readConfiguration(reader);
        reader.exit(outer);
    }

    function _readTcb(DerReader memory reader, PckFacts memory facts) private pure {
        uint256 pair = _item(reader, 2, 0);
        uint256 list = reader.enter(Der.SEQUENCE);
        facts.components = bytes16(_readComponents(reader));
        uint256 svn = _item(reader, 2, 17);
        facts.pceSvn = uint16(reader.number(Der.INTEGER, 2));
        reader.exit(svn);
        uint256 cpuSvn = _item(reader, 2, 18);
        reader.octets(Der.OCTET_STRING, 16);
        reader.exit(cpuSvn);
        reader.exit(list);
        reader.exit(pair);
    }

    /// @dev Reads the 16 items 2.1 to 2.16. A version from 0 to 255 has one of two encodings, of one byte up to 127 and
    /// of two from 128 on, so each item is compared as a whole, which saves gas: most values of a certificate are here.
    function _readComponents(DerReader memory reader) private pure returns (uint128 components) {
        uint256 place = reader.place;
        uint256 short = (0x3010060b << 104) | (ARC << 32) | 0x02000201;
        uint256 long = (0x3011060b << 112) | (ARC << 40) | 0x0200020200;
        bool isFine = true;
        unchecked {
            // Safe: `place` is a memory position, and the shift leaves room for one byte.
            for (uint256 i = 1; i <= 16; ++i) {
                uint256 item = uint256(Memory.word(place));
                uint256 svn = (item >> 112) & 0xff;
                if (item >> 120 == short | (i << 16)) {
                    isFine = isFine && svn < 0x80;
                    place += 18;
                } else {
                    svn = (item >> 104) & 0xff;
                    isFine = isFine && item >> 112 == long | (i << 24) && svn > 0x7f;
                    place += 19;
                }
                components = (components << 8) | uint128(svn);
            }
        }
        reader.check(isFine && place <= reader.end);
        reader.place = place;
    }

    function _readConfiguration(DerReader memory reader) private pure {
        uint256 pair = _item(reader, 7, 0);
        uint256 list = reader.enter(Der.SEQUENCE);
        for (uint256 i = 1; i <= 3; ++i) {
            uint256 part = _item(reader, 7, i);
            reader.boolean();
            reader.exit(part);
        }
        reader.exit(list);
        reader.exit(pair);
    }

    /// @dev Enters the next item, which must have the number `path` under the prefix, or `path`.`part` if `part` is not
    /// zero, and skips its OID.
    function _item(DerReader memory reader, uint256 path, uint256 part) private pure returns (uint256 outer) {
        outer = reader.enter(Der.SEQUENCE);
        unchecked {
            // Safe: an OID has ten or eleven bytes.
            uint256 length = part == 0 ? ARC_LENGTH + 1 : ARC_LENGTH + 2;
            uint256 oid = (ARC << 8) | path;
            if (part != 0) oid = (oid << 8) | part;
            oid |= ((Der.OID << 8) | length) << (8 * length);
            reader.constantOf(bytes32(oid << (8 * (30 - length))), length + 2, 0);
        }
    }

    /// @dev Skips the next item, which must have the number `path` under the prefix and a value of the given tag and
    /// `length`, and returns the position of the value.
    function _fixed(
        DerReader memory reader,
        uint256 path,
        uint256 tag,
        uint256 length
    ) private pure returns (uint256 place) {
        unchecked {
            // Safe: lengths of at most 16 bytes.
            uint256 head = (Der.SEQUENCE << 120) | ((14 + length) << 112) | (0x060a << 96) | (ARC << 24);
            return reader.constantOf(bytes32((head | (path << 16) | (tag << 8) | length) << 128), 16, length);
        }
    }
}

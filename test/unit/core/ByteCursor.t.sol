// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {ByteCursor, ByteCursorLib} from "../../../contracts/core/ByteCursor.sol";

contract ByteCursor_Test is Test {
    function test_ANumberNeedsAsManyBytesAsItHas() external pure {
        assertEq(ByteCursorLib.byteLength(0), 0, "zero");
        assertEq(ByteCursorLib.byteLength(type(uint256).max), 32, "the largest");
        for (uint256 length = 1; length <= 32; ++length) {
            uint256 smallest = 1 << (8 * (length - 1));
            assertEq(ByteCursorLib.byteLength(smallest), length, "smallest");
            assertEq(ByteCursorLib.byteLength(smallest - 1), length - 1, "the one before");
        }
    }

    function testFuzz_ANumberNeedsAsManyBytesAsItHas(uint256 value, uint8 shift) external pure {
        value >>= shift;
        uint256 length;
        for (uint256 rest = value; rest != 0; rest >>= 8) ++length;

        assertEq(ByteCursorLib.byteLength(value), length);
    }

    function testFuzz_NumbersComeBack(uint256 value, uint8 shift) external pure {
        _assertComesBack(value >> shift);
    }

    function test_NumbersOfAllLengthsComeBack() external pure {
        for (uint256 length = 0; length < 32; ++length) {
            _assertComesBack((1 << (8 * length)) - 1);
            _assertComesBack(1 << (8 * length));
        }
        _assertComesBack(type(uint256).max);
    }

    function testFuzz_ANumberIsItsLengthAndItsBytes(uint40 value) external pure {
        value |= 1 << 39;
        (bytes memory data, ByteCursor cursor) = ByteCursorLib.create(33);
        cursor.putNumber(value).finish(data);

        assertEq(data, abi.encodePacked(uint8(5), value));
    }

    /// @dev Every verb after every other, so that nothing writes over what is before it.
    function testFuzz_AllComesBackInOrder(
        uint8 a,
        uint256 b,
        address c,
        bytes32 d,
        uint256 e,
        bytes calldata f
    ) external pure {
        (bytes memory data, ByteCursor cursor) = ByteCursorLib.create(1 + 33 + 20 + 32 + 33 + f.length);
        cursor = cursor.putByte(a).putNumber(b).putAddress(c).putWord(d).putNumber(e).putBytes(f);
        cursor.finish(data);
        bytes memory plain = abi.encodePacked(a, _plain(b), c, d, _plain(e), f);
        assertEq(data, plain, "layout");

        _assertRead(data, abi.encode(a, b, c, d, e, f));
    }

    function testFuzz_OnlyTheLowestByteIsWritten(uint256 value) external pure {
        (bytes memory data, ByteCursor cursor) = ByteCursorLib.create(1);
        cursor.putByte(value).finish(data);

        assertEq(data, abi.encodePacked(uint8(value)));
    }

    /// @dev Even where all of the capacity is used and a whole word is written at its end.
    function testFuzz_NothingElseInMemoryIsTouched(address value, uint256 number) external pure {
        (bytes memory data, ByteCursor cursor) = ByteCursorLib.create(20 + 33);
        bytes memory next = "what comes next in memory";
        cursor.putNumber(number).putAddress(value).finish(data);

        assertEq(next, "what comes next in memory");
    }

    function testFuzz_WhatRemainsGetsLess(bytes memory data, uint256 taken) external pure {
        taken = bound(taken, 0, data.length);
        ByteCursor cursor = ByteCursorLib.start(data);
        assertEq(cursor.remaining(data), data.length, "all");
        (, cursor) = cursor.takeBytes(taken);

        assertEq(cursor.remaining(data), data.length - taken, "rest");
    }

    function _assertRead(bytes memory data, bytes memory expected) private pure {
        ByteCursor cursor = ByteCursorLib.start(data);
        uint256 a;
        uint256 b;
        address c;
        bytes32 d;
        uint256 e;
        bytes memory f;
        (a, cursor) = cursor.takeByte();
        (b, cursor) = cursor.takeNumber();
        (c, cursor) = cursor.takeAddress();
        (d, cursor) = cursor.takeWord();
        (e, cursor) = cursor.takeNumber();
        (f, cursor) = cursor.takeBytes(cursor.remaining(data));
        assertEq(abi.encode(a, b, c, d, e, f), expected, "read");
        assertEq(cursor.remaining(data), 0, "read to the end");
    }

    function _assertComesBack(uint256 value) private pure {
        (bytes memory data, ByteCursor cursor) = ByteCursorLib.create(33);
        cursor.putNumber(value).finish(data);
        assertEq(data, _plain(value), "layout");
        (uint256 read, ByteCursor end) = ByteCursorLib.start(data).takeNumber();
        assertEq(read, value, "value");
        assertEq(end.remaining(data), 0, "length");
    }

    /// @dev A number as it is written, the long way.
    function _plain(uint256 value) private pure returns (bytes memory plain) {
        uint256 length;
        for (; value != 0; value >>= 8) {
            plain = abi.encodePacked(uint8(value), plain);
            ++length;
        }
        return abi.encodePacked(uint8(length), plain);
    }
}

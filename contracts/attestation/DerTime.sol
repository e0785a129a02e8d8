// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {DerReader} from "./Der.sol";
import {Memory} from "./Memory.sol";

/// @title DerTime
/// @dev Times in certificates: in seconds and in UTC, with two digits for years up to 2049 and four from 2050 on, as
/// RFC 5280 requires.
library DerTime {
    bytes32 private constant UTC_TIME = bytes32(uint256(0x170d));
    bytes32 private constant GENERALIZED_TIME = bytes32(uint256(0x180f));
    /// @dev Fourteen characters `0`, and an addend that sets the top bit of a byte above nine.
    uint256 private constant ZEROS = 0x3030303030303030303030303030;
    uint256 private constant ABOVE_NINE = 0x7676767676767676767676767676;
    uint256 private constant TOP_BITS = 0x8080808080808080808080808080;
    /// @dev A mask of every other byte.
    uint256 private constant ONES = 0x00ff00ff00ff00ff00ff00ff00ff;

    /// @dev Reads the next value as a time in unix seconds; zero for all times before 1970.
    function read(DerReader memory reader) internal pure returns (uint40) {
        uint256 place = reader.place;
        // The value is a tag, a length, digits and a Z.
        bool isUtcTime = Memory.word(place) >> 240 == UTC_TIME;
        uint256 text = uint256(Memory.word(place)) >> (isUtcTime ? 136 : 120);
        reader.constantOf(isUtcTime ? UTC_TIME << 240 : GENERALIZED_TIME << 240, 2, isUtcTime ? 13 : 15);
        reader.check(text & 0xff == 0x5a);
        text &= isUtcTime ? type(uint104).max : type(uint120).max;
        return _toSeconds(reader, text >> 8, isUtcTime);
    }

    function _toSeconds(DerReader memory reader, uint256 text, bool isUtcTime) private pure returns (uint40) {
        unchecked {
            // Safe: bytes from 0x30 to 0x39 become 0 to 9, and no others do; all numbers have at most four digits.
            uint256 digits = text ^ (isUtcTime ? ZEROS >> 16 : ZEROS);
            reader.check((digits | (digits + ABOVE_NINE)) & TOP_BITS == 0);
            // Pairs of digits become numbers of two bytes each.
            digits = (digits & ONES) + 10 * ((digits >> 8) & ONES);
            (uint256 second, uint256 minute, uint256 hour) = (
                digits & 0xff,
                (digits >> 16) & 0xff,
                (digits >> 32) & 0xff
            );
            (uint256 day, uint256 month, uint256 year) = (
                (digits >> 48) & 0xff,
                (digits >> 64) & 0xff,
                (digits >> 80) & 0xff
            );
            if (isUtcTime) year += year < 50 ? 2000 : 1900;
            else year += 100 * (digits >> 96);
            reader.check(isUtcTime || year >= 2050);
            reader.check(second < 60 && minute < 60 && hour < 24 && month != 0 && month <= 12 && day != 0);
            reader.check(day <= _daysIn(month, year));
            if (year < 1970) return 0;
            return uint40(((_daysBefore(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second);
        }
    }

    function _daysIn(uint256 month, uint256 year) private pure returns (uint256) {
        if (month == 2) return _isLeap(year) ? 29 : 28;
        // These are April, June, September and November.
        return (0xa50 >> month) & 1 == 1 ? 30 : 31;
    }

    function _isLeap(uint256 year) private pure returns (bool) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    /// @dev Returns the days from the start of 1970 to the start of the month.
    function _daysBefore(uint256 year, uint256 month) private pure returns (uint256) {
        // Months are counted from March, so that the leap day is the last of the year.
        unchecked {
            // Safe: the year is from 1970 to 9999.
            uint256 y = month > 2 ? year : year - 1;
            uint256 m = month > 2 ? month - 3 : month + 9;
            return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 - 719468;
        }
    }
}

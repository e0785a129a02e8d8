// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Der, DerReader} from "./Der.sol";
import {Memory} from "./Memory.sol";

/// @title DerTime
/// @dev Moments in certificates: to the second and in UTC, with two digits for years up to 2049 and four from 2050 on, as
/// RFC 5280 wants it.
library DerTime {
    /// @dev The next value as a moment in unix seconds; zero for all before 1970.
    function read(DerReader memory reader) internal pure returns (uint40) {
        bool isUtcTime = reader.isNext(Der.UTC_TIME);
        (uint256 place, uint256 length) = reader.value(isUtcTime ? Der.UTC_TIME : Der.GENERALIZED_TIME);
        reader.demand(length == (isUtcTime ? 13 : 15));
        uint256 text = uint256(Memory.word(place)) >> (256 - 8 * length);
        reader.demand(text & 0xff == 0x5a);

        uint256 digits = text >> 8;
        uint256 second = _two(reader, digits);
        uint256 minute = _two(reader, digits >> 16);
        uint256 hour = _two(reader, digits >> 32);
        uint256 day = _two(reader, digits >> 48);
        uint256 month = _two(reader, digits >> 64);
        uint256 year = _two(reader, digits >> 80);
        if (isUtcTime) {
            year += year < 50 ? 2000 : 1900;
        } else {
            year += 100 * _two(reader, digits >> 96);
            reader.demand(year >= 2050);
        }
        reader.demand(second < 60 && minute < 60 && hour < 24 && month != 0 && month <= 12 && day != 0);
        reader.demand(day <= _daysIn(month, year));
        if (year < 1970) return 0;
        return uint40(((_daysBefore(year, month) + day - 1) * 24 + hour) * 3600 + minute * 60 + second);
    }

    /// @dev The last two digits of `text`, as a number.
    function _two(DerReader memory reader, uint256 text) private pure returns (uint256) {
        uint256 tens = (text >> 8) & 0xff;
        uint256 ones = text & 0xff;
        reader.demand(tens > 0x2f && tens < 0x3a && ones > 0x2f && ones < 0x3a);
        return (tens - 0x30) * 10 + ones - 0x30;
    }

    function _daysIn(uint256 month, uint256 year) private pure returns (uint256) {
        if (month == 2) return _isLeap(year) ? 29 : 28;
        // April, June, September and November.
        return (0xa50 >> month) & 1 == 1 ? 30 : 31;
    }

    function _isLeap(uint256 year) private pure returns (bool) {
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    }

    /// @dev Days from the beginning of 1970 to that of the month.
    function _daysBefore(uint256 year, uint256 month) private pure returns (uint256) {
        // Counted from March, so that the leap day ends the year.
        uint256 y = month > 2 ? year : year - 1;
        uint256 m = month > 2 ? month - 3 : month + 9;
        return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 - 719468;
    }
}

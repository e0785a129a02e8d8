// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ByteCursor, ByteCursorLib} from "./ByteCursor.sol";
import {IDataContracts} from "../interfaces/IDataContracts.sol";
import {Deal} from "../types/Deal.sol";
import {DealId} from "../types/Ids.sol";
import {Tag} from "../types/Tag.sol";

/// @dev A deal with the fields that only this code reads. A boost deal has no id, pointers, category, trust,
/// beneficiary or params.
struct DealRecord {
    bool boost;
    DealId id;
    /// @dev The `workClockTimeRef` of the category, in seconds.
    uint256 timeRef;
    Deal deal;
}

/// @title DealCodec
/// @dev The packed layout of a deal, from first to last. N is a number as {ByteCursorLib} writes it, 20 an address, 32
/// a word:
///
///   flags 1 | botFirst N | botSize N | startTime N | timeRef N | tag N | schedulerRewardRatio N | workerpool.price N
///   | workerpool.owner 20 | app.price N | app.owner 20 | requester 20
///   | dataset.price N | dataset.owner 20    if HAS_DATASET
///   | sponsor 20                            if SPONSORED: somebody else than the requester pays
///   | callback 20                           if HAS_CALLBACK
///
/// and unless BOOST:
///
///   | id 32 | workerpool.pointer 20 | app.pointer 20 | workerStake N | trust N | category N
///   | dataset.pointer 20                    if HAS_DATASET
///   | beneficiary 20                        if HAS_BENEFICIARY: somebody else than the requester
///   | params to the end
///
/// The three highest bits of the flags are the version of this layout, which is 0. Deals are never rewritten: a changed
/// layout gets the next version, and code that writes it goes on reading all earlier versions.
library DealCodec {
    uint256 private constant BOOST = 1;
    uint256 private constant HAS_DATASET = 2;
    uint256 private constant SPONSORED = 4;
    uint256 private constant HAS_CALLBACK = 8;
    uint256 private constant HAS_BENEFICIARY = 16;

    /// @dev All flags of version 0.
    uint256 private constant KNOWN = 31;

    /// @dev The greatest length of a deal without its params: flags, 12 numbers, 10 addresses and the id.
    uint256 internal constant MAX_TERMS = 1 + 12 * 33 + 10 * 20 + 32;

    /// @dev The greatest length of the part that {decodeSize} reads: flags and two numbers.
    uint256 internal constant MAX_SIZE_END = 1 + 2 * 33;

    /// @dev Packs `record` with `params`, which are passed separately because they are in calldata.
    function encode(DealRecord memory record, string calldata params) internal pure returns (bytes memory data) {
        Deal memory deal = record.deal;
        uint256 flags = _flags(record);
        ByteCursor cursor;
        (data, cursor) = ByteCursorLib.create(MAX_TERMS + bytes(params).length);

        cursor = cursor.putByte(flags);
        cursor = cursor.putNumber(deal.botFirst);
        cursor = cursor.putNumber(deal.botSize);
        cursor = cursor.putNumber(deal.startTime);
        cursor = cursor.putNumber(record.timeRef);
        cursor = cursor.putNumber(uint256(Tag.unwrap(deal.tag)));
        cursor = cursor.putNumber(deal.schedulerRewardRatio);
        cursor = cursor.putNumber(deal.workerpool.price);
        cursor = cursor.putAddress(deal.workerpool.owner);
        cursor = cursor.putNumber(deal.app.price);
        cursor = cursor.putAddress(deal.app.owner);
        cursor = cursor.putAddress(deal.requester);
        if (flags & HAS_DATASET != 0) {
            cursor = cursor.putNumber(deal.dataset.price);
            cursor = cursor.putAddress(deal.dataset.owner);
        }
        if (flags & SPONSORED != 0) cursor = cursor.putAddress(deal.sponsor);
        if (flags & HAS_CALLBACK != 0) cursor = cursor.putAddress(deal.callback);

        if (flags & BOOST == 0) {
            cursor = cursor.putWord(DealId.unwrap(record.id));
            cursor = cursor.putAddress(deal.workerpool.pointer);
            cursor = cursor.putAddress(deal.app.pointer);
            cursor = cursor.putNumber(deal.workerStake);
            cursor = cursor.putNumber(deal.trust);
            cursor = cursor.putNumber(deal.category);
            if (flags & HAS_DATASET != 0) cursor = cursor.putAddress(deal.dataset.pointer);
            if (flags & HAS_BENEFICIARY != 0) cursor = cursor.putAddress(deal.beneficiary);
            cursor = cursor.putBytes(bytes(params));
        }
        cursor.finish(data);
    }

    /// @dev Unpacks the result of {encode} into `record`. The caller passes it because allocating another one costs 600
    /// gas.
    function decode(bytes memory data, DealRecord memory record) internal pure {
        ByteCursor cursor = decodeTerms(data, record);
        if (record.boost) return;

        bytes memory params;
        (params, ) = cursor.takeBytes(cursor.remaining(data));
        record.deal.params = string(params);
    }

    /// @dev Unpacks all fields but the params, for which the first {MAX_TERMS} bytes of `data` suffice. Returns a
    /// cursor at the params.
    function decodeTerms(bytes memory data, DealRecord memory record) internal pure returns (ByteCursor cursor) {
        Deal memory deal = record.deal;
        cursor = ByteCursorLib.start(data);
        uint256 number;
        uint256 flags;

        (flags, cursor) = _takeFlags(cursor);
        record.boost = flags & BOOST != 0;
        (deal.botFirst, cursor) = cursor.takeNumber();
        (deal.botSize, cursor) = cursor.takeNumber();
        (deal.startTime, cursor) = cursor.takeNumber();
        (record.timeRef, cursor) = cursor.takeNumber();
        (number, cursor) = cursor.takeNumber();
        deal.tag = Tag.wrap(bytes32(number));
        (deal.schedulerRewardRatio, cursor) = cursor.takeNumber();
        (deal.workerpool.price, cursor) = cursor.takeNumber();
        (deal.workerpool.owner, cursor) = cursor.takeAddress();
        (deal.app.price, cursor) = cursor.takeNumber();
        (deal.app.owner, cursor) = cursor.takeAddress();
        (deal.requester, cursor) = cursor.takeAddress();
        if (flags & HAS_DATASET != 0) {
            (deal.dataset.price, cursor) = cursor.takeNumber();
            (deal.dataset.owner, cursor) = cursor.takeAddress();
        }
        deal.sponsor = deal.requester;
        if (flags & SPONSORED != 0) (deal.sponsor, cursor) = cursor.takeAddress();
        if (flags & HAS_CALLBACK != 0) (deal.callback, cursor) = cursor.takeAddress();

        if (!record.boost) {
            bytes32 id;
            (id, cursor) = cursor.takeWord();
            record.id = DealId.wrap(id);
            (deal.workerpool.pointer, cursor) = cursor.takeAddress();
            (deal.app.pointer, cursor) = cursor.takeAddress();
            (deal.workerStake, cursor) = cursor.takeNumber();
            (deal.trust, cursor) = cursor.takeNumber();
            (deal.category, cursor) = cursor.takeNumber();
            if (flags & HAS_DATASET != 0) (deal.dataset.pointer, cursor) = cursor.takeAddress();
            deal.beneficiary = deal.requester;
            if (flags & HAS_BENEFICIARY != 0) (deal.beneficiary, cursor) = cursor.takeAddress();
        }
    }

    /// @dev Unpacks the number of tasks only, for which the first {MAX_SIZE_END} bytes of `data` suffice.
    function decodeSize(bytes memory data) internal pure returns (uint256 botSize) {
        ByteCursor cursor = ByteCursorLib.start(data);
        (, cursor) = _takeFlags(cursor);
        (, cursor) = cursor.takeNumber();
        (botSize, ) = cursor.takeNumber();
    }

    function _takeFlags(ByteCursor cursor) private pure returns (uint256 flags, ByteCursor next) {
        (flags, next) = cursor.takeByte();
        require(flags <= KNOWN, IDataContracts.UnknownLayout(flags, KNOWN));
    }

    function _flags(DealRecord memory record) private pure returns (uint256 flags) {
        Deal memory deal = record.deal;
        if (record.boost) flags |= BOOST;
        if (deal.dataset.owner != address(0)) flags |= HAS_DATASET;
        if (deal.sponsor != deal.requester) flags |= SPONSORED;
        if (deal.callback != address(0)) flags |= HAS_CALLBACK;
        if (deal.beneficiary != deal.requester) flags |= HAS_BENEFICIARY;
    }
}

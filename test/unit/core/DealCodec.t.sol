// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {DealCodec, DealRecord} from "../../../contracts/core/DealCodec.sol";
import {Deal, Resource} from "../../../contracts/types/Deal.sol";
import {DealId} from "../../../contracts/types/Ids.sol";
import {Tag} from "../../../contracts/types/Tag.sol";

contract DealCodec_Test is Test {
    function encode(DealRecord memory record, string calldata params) external pure returns (bytes memory) {
        return DealCodec.encode(record, params);
    }

    function decode(bytes memory data) external pure returns (DealRecord memory record) {
        DealCodec.decode(data, record);
    }

    function decodeTerms(bytes memory data) external pure returns (DealRecord memory record) {
        DealCodec.decodeTerms(data, record);
    }

    function startOf(bytes calldata data, uint256 most) external pure returns (bytes memory) {
        return data.length < most ? data : data[:most];
    }

    /// @dev All combinations of what a deal may have: five bits of `shape`.
    function testFuzz_ADealComesBack(DealRecord memory record, uint8 shape) external view {
        _shape(record, shape);
        _assertComesBack(record);
    }

    function test_ADealOfLargestNumbersComesBackInEveryShape() external view {
        for (uint8 shape; shape < 32; ++shape) {
            DealRecord memory record = _largest();
            _shape(record, shape);
            _assertComesBack(record);
        }
    }

    function test_ADealOfZerosComesBack() external view {
        DealRecord memory record;
        _assertComesBack(record);
        record.boost = true;
        _assertComesBack(record);
    }

    /// @dev From what is kept before the params, however long those are.
    function testFuzz_TheTermsAreReadWithoutTheParams(DealRecord memory record, uint8 shape) external view {
        _shape(record, shape);
        DealRecord memory read = this.decode(this.encode(record, record.deal.params));
        read.deal.params = "";

        bytes memory data = this.encode(record, record.deal.params);
        assertEq(abi.encode(this.decodeTerms(this.startOf(data, DealCodec.MAX_TERMS))), abi.encode(read), "cut");
        assertEq(abi.encode(this.decodeTerms(data)), abi.encode(read), "whole");
    }

    function test_TheLargestTermsFitBeforeTheCut() external view {
        DealRecord memory record = _largest();
        _shape(record, 30);
        bytes memory data = this.encode(record, "params");
        record.deal.params = "";

        assertEq(abi.encode(this.decodeTerms(this.startOf(data, DealCodec.MAX_TERMS))), abi.encode(record), "terms");
        assertEq(DealCodec.decodeSize(this.startOf(data, DealCodec.MAX_SIZE_END)), record.deal.botSize, "size");
    }

    function testFuzz_TheNumberOfTasksIsReadAlone(DealRecord memory record, uint8 shape) external view {
        _shape(record, shape);
        bytes memory data = this.encode(record, record.deal.params);

        assertEq(DealCodec.decodeSize(data), record.deal.botSize, "whole");
        assertEq(DealCodec.decodeSize(this.startOf(data, DealCodec.MAX_SIZE_END)), record.deal.botSize, "cut");
    }

    function test_TheLargestDealTakesWhatItsLayoutSays() external view {
        DealRecord memory record = _largest();
        _shape(record, 30);

        // flags, 12 numbers, 10 addresses, the id, the params.
        assertEq(this.encode(record, "params").length, 1 + 12 * 33 + 10 * 20 + 32 + 6);
    }

    function test_TheLargestBoostDealTakesWhatItsLayoutSays() external view {
        DealRecord memory record = _largest();
        _shape(record, 31);

        // flags, 9 numbers, 6 addresses.
        assertEq(this.encode(record, "params").length, 1 + 9 * 33 + 6 * 20);
    }

    /// @dev Makes `record` one of 32 sorts of deal.
    function _shape(DealRecord memory record, uint8 shape) private pure {
        Deal memory deal = record.deal;
        record.boost = shape & 1 != 0;
        if (shape & 2 == 0) deal.dataset = Resource(address(0), address(0), 0);
        else if (deal.dataset.owner == address(0)) deal.dataset.owner = address(1);
        if (shape & 4 == 0) deal.sponsor = deal.requester;
        if (shape & 8 == 0) deal.callback = address(0);
        if (shape & 16 == 0) deal.beneficiary = deal.requester;
    }

    function _assertComesBack(DealRecord memory record) private view {
        DealRecord memory read = this.decode(this.encode(record, record.deal.params));
        if (record.boost) {
            // All that a boost deal does not keep.
            record.id = DealId.wrap(0);
            record.deal.workerpool.pointer = record.deal.app.pointer = record.deal.dataset.pointer = address(0);
            record.deal.workerStake = record.deal.trust = record.deal.category = 0;
            record.deal.beneficiary = address(0);
            record.deal.params = "";
        }
        assertEq(abi.encode(read), abi.encode(record));
    }

    function _largest() private pure returns (DealRecord memory record) {
        uint256 max = type(uint256).max;
        address last = address(type(uint160).max);
        record.id = DealId.wrap(bytes32(max));
        record.timeRef = max;
        Deal memory deal = record.deal;
        deal.app = Resource(last, last, max);
        deal.dataset = Resource(last, last, max);
        deal.workerpool = Resource(last, last, max);
        (deal.trust, deal.category, deal.tag) = (max, max, Tag.wrap(bytes32(max)));
        (deal.requester, deal.beneficiary) = (address(1), last);
        (deal.callback, deal.sponsor) = (last, last);
        deal.params = "params";
        (deal.startTime, deal.botFirst, deal.botSize) = (max, max, max);
        (deal.workerStake, deal.schedulerRewardRatio) = (max, max);
    }
}

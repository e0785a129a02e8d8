// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {DealParties} from "../../../contracts/attestation/DealParties.sol";
import {CodeStore, DataKind} from "../../../contracts/core/CodeStore.sol";
import {DealCodec, DealRecord} from "../../../contracts/core/DealCodec.sol";
import {IDataContracts} from "../../../contracts/interfaces/IDataContracts.sol";
import {Deal, Resource} from "../../../contracts/types/Deal.sol";
import {DealId} from "../../../contracts/types/Ids.sol";
import {Tag} from "../../../contracts/types/Tag.sol";

/// @dev Deals as they lie on chains, byte by byte. They are never rewritten, so what is here has to be read for ever: a
/// change of the layout adds a version and its bytes, and leaves these alone. This contract is the hub.
contract DealLayout_Test is Test {
    DealId private constant ID = DealId.wrap(bytes32(uint256(0x1d)));

    // What all deals have, then what a dataset, a sponsor and a callback add, then what only classic deals have.
    bytes private constant TERMS =
        hex"0101"
        hex"020302"
        hex"046553f100"
        hex"02012c"
        hex"0103"
        hex"0105"
        hex"0207d0"
        hex"00000000000000000000000000000000000000a3"
        hex"0203e8"
        hex"00000000000000000000000000000000000000a1"
        hex"00000000000000000000000000000000000000b1";
    bytes private constant DATASET =
        hex"02012d"
        hex"00000000000000000000000000000000000000a2";
    bytes private constant SPONSOR = hex"00000000000000000000000000000000000000b2";
    bytes private constant CALLBACK = hex"00000000000000000000000000000000000000b4";
    bytes private constant CLASSIC =
        hex"000000000000000000000000000000000000000000000000000000000000001d"
        hex"00000000000000000000000000000000000000c3"
        hex"00000000000000000000000000000000000000c1"
        hex"020258"
        hex"0104"
        hex"0106";
    bytes private constant DATASET_POINTER = hex"00000000000000000000000000000000000000c2";
    bytes private constant BENEFICIARY = hex"00000000000000000000000000000000000000b3";

    receive() external payable {
        CodeStore.serve();
    }

    function encode(DealRecord memory record, string calldata params) external pure returns (bytes memory) {
        return DealCodec.encode(record, params);
    }

    function decode(bytes memory data) external pure returns (DealRecord memory record) {
        DealCodec.decode(data, record);
    }

    function decodeTerms(bytes memory data) external pure returns (DealRecord memory record) {
        DealCodec.decodeTerms(data, record);
    }

    function decodeSize(bytes memory data) external pure returns (uint256) {
        return DealCodec.decodeSize(data);
    }

    function parties() external view returns (address, address, bool) {
        return DealParties.of_(ID, address(this));
    }

    /// @dev Every combination of the five flags: boost 1, dataset 2, sponsored 4, callback 8, beneficiary 16.
    function test_DealsOfEveryShapeAreTheseBytes() external view {
        for (uint8 flags; flags < 32; ++flags) {
            DealRecord memory record = _deal(flags);
            string memory shape = string.concat("flags ", vm.toString(flags));
            assertEq(this.encode(record, "{}"), _bytes(flags), shape);
            assertEq(abi.encode(this.decode(_bytes(flags))), abi.encode(_kept(record)), shape);
        }
    }

    function test_ALiteralClassicDealIsTheseBytes() external view {
        assertEq(
            this.encode(_deal(30), "{}"),
            hex"1e0101020302046553f10002012c010301050207d000000000000000000000000000000000000000a30203e8"
            hex"00000000000000000000000000000000000000a100000000000000000000000000000000000000b102012d"
            hex"00000000000000000000000000000000000000a200000000000000000000000000000000000000b2"
            hex"00000000000000000000000000000000000000b4"
            hex"000000000000000000000000000000000000000000000000000000000000001d"
            hex"00000000000000000000000000000000000000c300000000000000000000000000000000000000c1"
            hex"0202580104010600000000000000000000000000000000000000c200000000000000000000000000000000000000b37b7d"
        );
    }

    function test_TheNumberOfTasksIsThere() external view {
        for (uint8 flags; flags < 32; ++flags) assertEq(DealCodec.decodeSize(_bytes(flags)), 770);
    }

    /// @dev Versions are the three highest bits. Whoever knows only version 0 refuses all others, whole and in part.
    function test_LaterVersionsAreRefused() external {
        for (uint256 flags = 32; flags < 256; ++flags) {
            bytes memory data = _bytes(uint8(flags % 32));
            data[0] = bytes1(uint8(flags));
            bytes memory reason = abi.encodeWithSelector(IDataContracts.UnknownLayout.selector, flags, 31);
            vm.expectRevert(reason);
            this.decode(data);
            vm.expectRevert(reason);
            this.decodeTerms(data);
            vm.expectRevert(reason);
            this.decodeSize(data);
        }
    }

    /// @dev The TEE broker reads deals with a copy of the codec that no upgrade of the hub changes.
    function test_TheBrokerReadsTheseBytes() external {
        for (uint8 flags; flags < 32; ++flags) {
            uint256 before = vm.snapshotState();
            CodeStore.write(DataKind.DEAL, DealId.unwrap(ID), _bytes(flags));
            (address owner, address app, bool isBoost) = this.parties();
            assertEq(owner, address(0xa3), "owner of the workerpool");
            assertEq(app, flags & 1 == 1 ? address(0) : address(0xc1), "app");
            assertEq(isBoost, flags & 1 == 1, "boost");
            vm.revertToState(before);
        }
    }

    function test_TheBrokerRefusesLaterVersions() external {
        bytes memory data = _bytes(30);
        data[0] = bytes1(uint8(0x20 | 30));
        CodeStore.write(DataKind.DEAL, DealId.unwrap(ID), data);

        vm.expectRevert(abi.encodeWithSelector(IDataContracts.UnknownLayout.selector, 0x20 | 30, 31));
        this.parties();
    }

    /// @dev Addresses of all deals and results derive from the init code. Another one would lose them all.
    function test_TheInitCodesAreThese() external pure {
        bytes32 dealHash = 0x728812dbe946f584a7f627c8b1d617c2a0f3ef232b9184920b0166e9faf2ed65;
        bytes32 receiptHash = 0x01faf9dab740cac7e7294b76038124b6480b0b6fa803a1aee4188ae96cb4474f;
        address hub = address(0x1000);
        bytes32 name = bytes32(uint256(7));
        assertEq(CodeStore.addressIn(hub, DataKind.DEAL, name), vm.computeCreate2Address(name, dealHash, hub), "deal");
        assertEq(
            CodeStore.addressIn(hub, DataKind.RECEIPT, name),
            vm.computeCreate2Address(name, receiptHash, hub),
            "receipt"
        );
    }

    /// @dev What is created lies where it is looked for.
    function testFuzz_DataLiesWhereItIsLookedFor(bytes32 name) external {
        CodeStore.write(DataKind.DEAL, name, "deal");
        CodeStore.write(DataKind.RECEIPT, name, "receipt");
        assertEq(CodeStore.addressIn(address(this), DataKind.DEAL, name).code, "\x00deal");
        assertEq(CodeStore.addressIn(address(this), DataKind.RECEIPT, name).code, "\x00receipt");
    }

    /// @dev The bytes of a deal with these flags.
    function _bytes(uint8 flags) private pure returns (bytes memory data) {
        data = bytes.concat(bytes1(flags), TERMS);
        if (flags & 2 != 0) data = bytes.concat(data, DATASET);
        if (flags & 4 != 0) data = bytes.concat(data, SPONSOR);
        if (flags & 8 != 0) data = bytes.concat(data, CALLBACK);
        if (flags & 1 != 0) return data;
        data = bytes.concat(data, CLASSIC);
        if (flags & 2 != 0) data = bytes.concat(data, DATASET_POINTER);
        if (flags & 16 != 0) data = bytes.concat(data, BENEFICIARY);
        return bytes.concat(data, "{}");
    }

    /// @dev A deal in which no two fields have the same value, so that no two can change places unnoticed.
    function _deal(uint8 flags) private pure returns (DealRecord memory record) {
        record.boost = flags & 1 != 0;
        record.id = ID;
        record.timeRef = 300;
        Deal memory deal = record.deal;
        deal.app = Resource(address(0xc1), address(0xa1), 1_000);
        if (flags & 2 != 0) deal.dataset = Resource(address(0xc2), address(0xa2), 301);
        deal.workerpool = Resource(address(0xc3), address(0xa3), 2_000);
        (deal.trust, deal.category, deal.tag) = (4, 6, Tag.wrap(bytes32(uint256(3))));
        deal.requester = address(0xb1);
        deal.sponsor = flags & 4 != 0 ? address(0xb2) : address(0xb1);
        deal.beneficiary = flags & 16 != 0 ? address(0xb3) : address(0xb1);
        if (flags & 8 != 0) deal.callback = address(0xb4);
        deal.params = "{}";
        (deal.startTime, deal.botFirst, deal.botSize) = (1_700_000_000, 1, 770);
        (deal.workerStake, deal.schedulerRewardRatio) = (600, 5);
    }

    /// @dev What is kept of a deal.
    function _kept(DealRecord memory record) private pure returns (DealRecord memory) {
        if (!record.boost) return record;
        record.id = DealId.wrap(0);
        record.deal.workerpool.pointer = record.deal.app.pointer = record.deal.dataset.pointer = address(0);
        record.deal.workerStake = record.deal.trust = record.deal.category = 0;
        record.deal.beneficiary = address(0);
        record.deal.params = "";
        return record;
    }
}

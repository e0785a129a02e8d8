// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {CodeStore, DataKind} from "../../../contracts/core/CodeStore.sol";
import {IDataContracts} from "../../../contracts/interfaces/IDataContracts.sol";

/// @dev A hub that answers something else than what it was to store.
contract Liar {
    receive() external payable {
        assembly ("memory-safe") {
            mstore(0, 0)
            return(0, 2)
        }
    }

    function write(bytes calldata data) external {
        CodeStore.write(DataKind.DEAL, "name", bytes.concat(data, hex"01"));
    }
}

/// @dev The test is the hub: it stores, and answers those that ask for their code.
contract CodeStore_Test is Test {
    receive() external payable {
        CodeStore.serve();
    }

    function write(DataKind kind, bytes32 name, bytes memory data) external {
        CodeStore.write(kind, name, data);
    }

    function values(bytes calldata reason) external pure returns (uint256 available, uint256 length) {
        return abi.decode(reason[4:], (uint256, uint256));
    }

    function testFuzz_WhatIsWrittenIsRead(bool receipt, bytes32 name, bytes calldata data) external {
        vm.assume(data.length > 0);
        DataKind kind = receipt ? DataKind.RECEIPT : DataKind.DEAL;
        CodeStore.write(kind, name, data);

        assertEq(CodeStore.read(CodeStore.addressOf(kind, name)), data, "data");
        assertEq(CodeStore.addressOf(kind, name).code, bytes.concat(hex"00", data), "code");
    }

    function testFuzz_DataOfEveryLengthIsRead(uint256 length, bytes32 seed) external {
        length = bound(length, 1, 3_000);
        _assertKept("name", _data(length, seed));
    }

    function test_DataAroundWholeWordsIsRead() external {
        for (uint256 length = 1; length < 100; ++length) {
            _assertKept(bytes32(length), _data(length, "seed"));
        }
    }

    function test_TheLongestDataIsRead() external {
        _assertKept("name", _data(24_575, "seed"));
    }

    function testFuzz_LongerDataIsRefused(uint256 length) external {
        length = bound(length, 24_576, 40_000);
        bytes memory data = new bytes(length);

        vm.expectRevert(abi.encodeWithSelector(IDataContracts.TooLongForCode.selector, length, 24_575));
        this.write(DataKind.DEAL, "name", data);
        data = new bytes(24_576);
        vm.expectRevert(abi.encodeWithSelector(IDataContracts.TooLongForCode.selector, 24_576, 24_575));
        this.write(DataKind.DEAL, "name", data);
    }

    function testFuzz_ANameIsTakenOnce(bytes32 name, bytes calldata first, bytes calldata second) external {
        vm.assume(first.length > 0 && second.length > 0);
        CodeStore.write(DataKind.DEAL, name, first);

        vm.expectRevert(abi.encodeWithSelector(IDataContracts.NameTaken.selector, name));
        this.write(DataKind.DEAL, name, second);
        assertEq(CodeStore.read(CodeStore.addressOf(DataKind.DEAL, name)), first, "the first");
    }

    /// @dev 24,575 bytes take 4.9 million gas: with less the creation fails, and the name is still free.
    function test_TooLittleGasIsNotATakenName() external {
        bytes memory data = _data(24_575, "seed");

        try this.write{gas: 4_000_000}(DataKind.DEAL, "name", data) {
            fail();
        } catch (bytes memory reason) {
            assertEq(bytes4(reason), IDataContracts.CodeGasMissing.selector, "selector");
            (uint256 available, uint256 length) = this.values(reason);
            assertEq(length, 24_575, "length");
            assertLt(available, 4_000_000, "available, of what was sent");
            assertGt(available, 3_500_000, "available, before the creation");
        }
        _assertKept("name", data);
    }

    /// @dev Whatever gas the call has: it stores all, or it fails and the name is still free. With some 180,000 to
    /// 310,000 gas the creation succeeds without the code.
    function test_WithTooLittleGasNothingIsStored() external {
        bytes memory data = _data(24_575, "seed");
        address location = CodeStore.addressOf(DataKind.DEAL, "name");
        uint256 refused;
        for (uint256 gas_ = 150_000; gas_ < 6_000_000; gas_ += gas_ < 700_000 ? 1_999 : 199_999) {
            uint256 before = vm.snapshotState();
            try this.write{gas: gas_}(DataKind.DEAL, "name", data) {
                assertEq(CodeStore.read(location), data, "data");
                assertGt(gas_, 4_900_000, "gas");
            } catch (bytes memory reason) {
                // Where there is no gas left for a reason there is none.
                if (reason.length > 0) assertEq(bytes4(reason), IDataContracts.CodeGasMissing.selector, "reason");
                if (reason.length > 0) ++refused;
            }
            vm.revertToState(before);
        }
        assertGt(refused, 50, "refused with a reason");
    }

    function testFuzz_CodeThatIsNotTheDataIsNoSuccess(bytes calldata data) external {
        vm.assume(data.length > 0);
        // A contract that answers its own code wrongly stands for any reason why code could differ.
        Liar liar = new Liar();

        vm.expectPartialRevert(IDataContracts.CodeGasMissing.selector);
        liar.write(data);
    }

    function testFuzz_TheStartIsReadAlone(bytes calldata data, uint256 most) external {
        vm.assume(data.length > 0);
        most = bound(most, 0, data.length + 100);
        CodeStore.write(DataKind.DEAL, "name", data);

        bytes memory start = CodeStore.readStart(CodeStore.addressOf(DataKind.DEAL, "name"), most);
        assertEq(start, most < data.length ? data[:most] : data, "start");
    }

    function testFuzz_TheDataIsLeftAsItWas(bytes memory data) external {
        vm.assume(data.length > 0);
        bytes32 hash = keccak256(abi.encode(data));
        CodeStore.write(DataKind.DEAL, "name", data);

        assertEq(keccak256(abi.encode(data)), hash, "data");
    }

    function testFuzz_TheSameNameHoldsADealAndAReceipt(bytes32 name) external {
        CodeStore.write(DataKind.DEAL, name, "a deal");
        CodeStore.write(DataKind.RECEIPT, name, "a receipt");

        assertEq(CodeStore.read(CodeStore.addressOf(DataKind.DEAL, name)), "a deal");
        assertEq(CodeStore.read(CodeStore.addressOf(DataKind.RECEIPT, name)), "a receipt");
    }

    function testFuzz_NothingIsReadWhereNothingWasWritten(bytes32 name) external view {
        assertEq(CodeStore.read(CodeStore.addressOf(DataKind.DEAL, name)), "");
        assertEq(CodeStore.read(CodeStore.addressOf(DataKind.RECEIPT, name)), "");
    }

    function test_WritesFollowEachOther() external {
        _assertKept("first", _data(500, "first"));
        _assertKept("second", _data(33, "second"));
        _assertKept("third", _data(1, "third"));
    }

    /// @dev Nothing is staged then, so nothing is said.
    function test_NobodyIsServedAfterwards() external {
        CodeStore.write(DataKind.DEAL, "name", "data");

        (bool success, bytes memory answer) = address(this).call("");
        assertTrue(success, "success");
        assertEq(answer, "", "answer");
    }

    /// @dev What a requester or a worker writes may be a program. Here it gives all it has to somebody and ends itself.
    function testFuzz_WhatIsWrittenCannotBeRun(bytes calldata input) external {
        address target = CodeStore.addressOf(DataKind.DEAL, "name");
        // selfdestruct(0xbeef)
        CodeStore.write(DataKind.DEAL, "name", hex"61beefff");
        vm.deal(target, 1 ether);

        (bool success, bytes memory answer) = target.call(input);
        assertTrue(success, "stops");
        assertEq(answer, "", "says nothing");
        assertEq(target.balance, 1 ether, "its coins");
        assertEq(address(0xbeef).balance, 0, "no coins elsewhere");
        assertEq(CodeStore.read(target), hex"61beefff", "its code");
    }

    function _assertKept(bytes32 name, bytes memory data) private {
        CodeStore.write(DataKind.DEAL, name, data);
        assertEq(CodeStore.read(CodeStore.addressOf(DataKind.DEAL, name)), data);
    }

    /// @dev Bytes without order, none of which is zero.
    function _data(uint256 length, bytes32 seed) private pure returns (bytes memory data) {
        data = new bytes(length);
        for (uint256 i; i < length; ++i) {
            data[i] = bytes1(uint8(1 + (uint256(keccak256(abi.encode(seed, i))) % 255)));
        }
    }
}

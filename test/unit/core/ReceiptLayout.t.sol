// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {CodeStore, DataKind} from "../../../contracts/core/CodeStore.sol";
import {Receipt as Outcome, ReceiptCodec} from "../../../contracts/core/ReceiptCodec.sol";
import {IDataContracts} from "../../../contracts/interfaces/IDataContracts.sol";
import {TaskId} from "../../../contracts/types/Ids.sol";

/// @dev Receipts as they lie on chains, byte by byte. As with deals, what is here has to be read for ever.
contract ReceiptLayout_Test is Test {
    TaskId private constant TASK = TaskId.wrap("task");
    bytes32 private constant DIGEST = bytes32(uint256(0xd1));
    address private constant WORKER = address(0xa1);
    address private constant ENCLAVE = address(0xe1);

    // By flags: none; SOLO; SOLO and HAS_ENCLAVE. At the end the length of "for callback", that text, and "results".
    bytes private constant SEVERAL =
        hex"00"
        hex"010c"
        hex"666f722063616c6c6261636b"
        hex"726573756c7473";
    bytes private constant SOLO =
        hex"01"
        hex"00000000000000000000000000000000000000a1"
        hex"00000000000000000000000000000000000000000000000000000000000000d1"
        hex"010c"
        hex"666f722063616c6c6261636b"
        hex"726573756c7473";
    bytes private constant SOLO_ENCLAVE =
        hex"03"
        hex"00000000000000000000000000000000000000a1"
        hex"00000000000000000000000000000000000000000000000000000000000000d1"
        hex"00000000000000000000000000000000000000e1"
        hex"010c"
        hex"666f722063616c6c6261636b"
        hex"726573756c7473";

    receive() external payable {
        CodeStore.serve();
    }

    function write(bytes calldata results, bytes calldata resultsCallback) external {
        ReceiptCodec.write(TASK, results, resultsCallback);
    }

    function writeSolo(address enclave, bytes calldata results, bytes calldata resultsCallback) external {
        ReceiptCodec.writeSolo(TASK, WORKER, enclave, DIGEST, results, resultsCallback);
    }

    function read() external view returns (Outcome memory) {
        return ReceiptCodec.read(TASK);
    }

    function test_AReceiptOfSeveralIsTheseBytes() external {
        this.write("results", "for callback");
        _assertBytes(SEVERAL);
        _assertRead(Outcome(false, address(0), address(0), 0, "results", "for callback"));
    }

    function test_ASoloReceiptIsTheseBytes() external {
        this.writeSolo(address(0), "results", "for callback");
        _assertBytes(SOLO);
        _assertRead(Outcome(true, WORKER, address(0), DIGEST, "results", "for callback"));
    }

    function test_ASoloReceiptWithAnEnclaveIsTheseBytes() external {
        this.writeSolo(ENCLAVE, "results", "for callback");
        _assertBytes(SOLO_ENCLAVE);
        _assertRead(Outcome(true, WORKER, ENCLAVE, DIGEST, "results", "for callback"));
    }

    function test_AnEmptyReceiptIsTheseBytes() external {
        this.write("", "");
        _assertBytes(hex"0000");
    }

    /// @dev All flags but those of version 0 are somebody else's.
    function test_LaterVersionsAreRefused() external {
        for (uint256 flags = 4; flags < 256; ++flags) {
            uint256 before = vm.snapshotState();
            bytes memory data = SOLO_ENCLAVE;
            data[0] = bytes1(uint8(flags));
            CodeStore.write(DataKind.RECEIPT, TaskId.unwrap(TASK), data);
            vm.expectRevert(abi.encodeWithSelector(IDataContracts.UnknownLayout.selector, flags, 3));
            this.read();
            vm.revertToState(before);
        }
    }

    function _assertBytes(bytes memory expected) private view {
        assertEq(CodeStore.read(CodeStore.addressOf(DataKind.RECEIPT, TaskId.unwrap(TASK))), expected, "bytes");
    }

    function _assertRead(Outcome memory expected) private view {
        assertEq(abi.encode(this.read()), abi.encode(expected), "read");
    }
}

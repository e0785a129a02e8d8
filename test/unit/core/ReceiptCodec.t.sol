// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Test} from "@layerzerolabs/toolbox-foundry/lib/forge-std/Test.sol";

import {CodeStore} from "../../../contracts/core/CodeStore.sol";
import {Receipt as Outcome, ReceiptCodec} from "../../../contracts/core/ReceiptCodec.sol";
import {IDataContracts} from "../../../contracts/interfaces/IDataContracts.sol";
import {TaskId} from "../../../contracts/types/Ids.sol";

/// @dev forge-std has a Receipt of its own, so ours is an Outcome here.
contract ReceiptCodec_Test is Test {
    receive() external payable {
        CodeStore.serve();
    }

    function write(TaskId taskId, bytes calldata results, bytes calldata resultsCallback) external {
        ReceiptCodec.write(taskId, results, resultsCallback);
    }

    function writeSolo(
        TaskId taskId,
        address worker,
        address enclave,
        bytes32 digest,
        bytes calldata results,
        bytes calldata resultsCallback
    ) external {
        ReceiptCodec.writeSolo(taskId, worker, enclave, digest, results, resultsCallback);
    }

    function testFuzz_AReceiptComesBack(TaskId taskId, bytes calldata results, bytes calldata callback) external {
        ReceiptCodec.write(taskId, results, callback);

        _assertRead(taskId, Outcome(false, address(0), address(0), 0, results, callback));
    }

    function testFuzz_ASoloReceiptComesBack(
        TaskId taskId,
        address worker,
        address enclave,
        bytes32 digest,
        bytes calldata results,
        bytes calldata callback
    ) external {
        ReceiptCodec.writeSolo(taskId, worker, enclave, digest, results, callback);

        _assertRead(taskId, Outcome(true, worker, enclave, digest, results, callback));
    }

    function testFuzz_ASoloReceiptWithoutAnEnclaveComesBack(
        TaskId taskId,
        address worker,
        bytes32 digest,
        bytes calldata results
    ) external {
        this.writeSolo(taskId, worker, address(0), digest, results, "");

        _assertRead(taskId, Outcome(true, worker, address(0), digest, results, ""));
    }

    function testFuzz_ThereIsNoReceiptWhereNoneWasWritten(TaskId taskId) external view {
        Outcome memory none;
        assertEq(abi.encode(ReceiptCodec.read(taskId)), abi.encode(none));
    }

    /// @dev Results and callback data together take what a contract holds, less a few bytes.
    function test_TheLongestReceiptComesBack() external {
        bytes memory results = new bytes(24_575 - 1 - 3 - 1_000);
        bytes memory callback = new bytes(1_000);
        (results[0], results[results.length - 1], callback[0], callback[999]) = ("a", "z", "b", "y");
        this.write(TaskId.wrap("task"), results, callback);
        _assertRead(TaskId.wrap("task"), Outcome(false, address(0), address(0), 0, results, callback));

        vm.expectRevert(abi.encodeWithSelector(IDataContracts.TooLongForCode.selector, 24_576, 24_575));
        this.write(TaskId.wrap("another"), bytes.concat(results, "!"), callback);
    }

    /// @dev Callback data alone may take as much, so that its length counts for the memory that is reserved.
    function test_TheLongestCallbackComesBackWithoutResults() external {
        bytes memory callback = new bytes(24_575 - 1 - 3);
        (callback[0], callback[callback.length - 1]) = ("b", "y");
        this.write(TaskId.wrap("task"), "", callback);
        _assertRead(TaskId.wrap("task"), Outcome(false, address(0), address(0), 0, "", callback));
    }

    /// @dev The least that fits whoever completes a task: `MAX_RESULT_BYTES` of packages/sdk/src/protocol/result.ts.
    function test_TheLongestSoloReceiptOfAnEnclaveComesBack() external {
        bytes memory results = new bytes(24_499 - 24_000);
        bytes memory callback = new bytes(24_000);
        this.writeSolo(TaskId.wrap("task"), address(1), address(2), "digest", results, callback);
        _assertRead(TaskId.wrap("task"), Outcome(true, address(1), address(2), "digest", results, callback));

        vm.expectRevert(abi.encodeWithSelector(IDataContracts.TooLongForCode.selector, 24_576, 24_575));
        this.writeSolo(TaskId.wrap("another"), address(1), address(2), "digest", bytes.concat(results, "!"), callback);
    }

    function test_ATaskHasOneReceipt() external {
        this.write(TaskId.wrap("task"), "results", "");

        vm.expectRevert(abi.encodeWithSelector(IDataContracts.NameTaken.selector, bytes32("task")));
        this.writeSolo(TaskId.wrap("task"), address(1), address(0), 0, "others", "");
    }

    function _assertRead(TaskId taskId, Outcome memory expected) private view {
        assertEq(abi.encode(ReceiptCodec.read(taskId)), abi.encode(expected));
    }
}

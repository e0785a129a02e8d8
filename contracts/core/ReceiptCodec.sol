// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {ByteCursor, ByteCursorLib} from "./ByteCursor.sol";
import {CodeStore, DataKind} from "./CodeStore.sol";
import {IDataContracts} from "../interfaces/IDataContracts.sol";
import {TaskId} from "../types/Ids.sol";

/// @dev The receipt of a completed task. `worker`, `enclaveChallenge` and `digest` are set only where one worker did
/// the task in one transaction; otherwise they are stored with the contributions.
struct Receipt {
    bool solo;
    address worker;
    address enclaveChallenge;
    bytes32 digest;
    bytes results;
    bytes resultsCallback;
}

/// @title ReceiptCodec
/// @dev The packed layout of a receipt, from first to last. It is stored as code at an address derived from the task
/// id. N is a number as {ByteCursorLib} writes it, 20 an address, 32 a word:
///
///   flags 1
///   | worker 20 | digest 32         if SOLO
///   | enclaveChallenge 20           if HAS_ENCLAVE, which only solo has
///   | length of resultsCallback N | resultsCallback | results to the end
///
/// As in {DealCodec}, the three highest bits of the flags are the version of this layout, which is 0.
library ReceiptCodec {
    uint256 private constant SOLO = 1;
    uint256 private constant HAS_ENCLAVE = 2;

    /// @dev All flags of version 0.
    uint256 private constant KNOWN = 3;

    /// @dev The greatest length of a receipt without its results: flags, one number, two addresses and the digest.
    uint256 private constant MAX_FIXED = 1 + 33 + 2 * 20 + 32;

    /// @dev Stores the receipt of a task that several workers completed, or one in several steps.
    function write(TaskId taskId, bytes calldata results, bytes calldata resultsCallback) internal {
        (bytes memory data, ByteCursor cursor) = ByteCursorLib.create(
            MAX_FIXED + results.length + resultsCallback.length
        );
        cursor = cursor.putByte(0);
        _store(taskId, data, cursor, results, resultsCallback);
    }

    /// @dev Stores the receipt of a task that `worker` completed alone.
    function writeSolo(
        TaskId taskId,
        address worker,
        address enclaveChallenge,
        bytes32 digest,
        bytes calldata results,
        bytes calldata resultsCallback
    ) internal {
        (bytes memory data, ByteCursor cursor) = ByteCursorLib.create(
            MAX_FIXED + results.length + resultsCallback.length
        );
        cursor = cursor.putByte(enclaveChallenge == address(0) ? SOLO : SOLO | HAS_ENCLAVE);
        cursor = cursor.putAddress(worker);
        cursor = cursor.putWord(digest);
        if (enclaveChallenge != address(0)) cursor = cursor.putAddress(enclaveChallenge);
        _store(taskId, data, cursor, results, resultsCallback);
    }

    /// @dev Returns the receipt of a completed task, or zeros.
    function read(TaskId taskId) internal view returns (Receipt memory receipt) {
        bytes memory data = CodeStore.read(CodeStore.addressOf(DataKind.RECEIPT, TaskId.unwrap(taskId)));
        if (data.length == 0) return receipt;

        ByteCursor cursor = ByteCursorLib.start(data);
        uint256 flags;
        uint256 length;
        (flags, cursor) = cursor.takeByte();
        require(flags <= KNOWN, IDataContracts.UnknownLayout(flags, KNOWN));
        receipt.solo = flags & SOLO != 0;
        if (receipt.solo) {
            (receipt.worker, cursor) = cursor.takeAddress();
            (receipt.digest, cursor) = cursor.takeWord();
        }
        if (flags & HAS_ENCLAVE != 0) (receipt.enclaveChallenge, cursor) = cursor.takeAddress();
        (length, cursor) = cursor.takeNumber();
        (receipt.resultsCallback, cursor) = cursor.takeBytes(length);
        (receipt.results, cursor) = cursor.takeBytes(cursor.remaining(data));
    }

    function _store(
        TaskId taskId,
        bytes memory data,
        ByteCursor cursor,
        bytes calldata results,
        bytes calldata resultsCallback
    ) private {
        cursor = cursor.putNumber(resultsCallback.length);
        cursor = cursor.putBytes(resultsCallback);
        cursor = cursor.putBytes(results);
        cursor.finish(data);
        CodeStore.write(DataKind.RECEIPT, TaskId.unwrap(taskId), data);
    }
}

// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IDataContracts} from "../interfaces/IDataContracts.sol";
import {MAX_CODE_SIZE} from "../types/Constants.sol";

/// @dev What data is. It is part of its address, so that no data can be passed for other data by giving its name: names
/// come from callers, and results say whatever a worker likes.
/// @custom:value0 DEAL Named by a deal id.
/// @custom:value1 RECEIPT Named by a task id.
enum DataKind {
    DEAL,
    RECEIPT
}

/// @title CodeStore
/// @dev Keeps data that never changes as the code of a contract whose address follows from a name alone, so that no
/// slot has to hold a pointer to it. 32 bytes cost 6,400 gas here, 22,100 in a storage slot, and all of it is read for
/// 2,600.
///
/// How: {write} leaves the data in transient storage and creates a contract whose init code, always the same for one
/// kind of data, calls back the hub with empty calldata; the hub answers with {serve}. The address depends on the hub,
/// the name and that init code. Code starts with STOP, so that nobody can run what somebody wrote into a deal, and no
/// data is refused for its first byte (EIP-3541).
library CodeStore {
    /// @dev The longest data, STOP aside.
    uint256 internal constant MAX_LENGTH = MAX_CODE_SIZE - 1;

    /// @dev staticcall(gas, caller, 0, 0, 0, 0); returndatacopy(0, 0, returndatasize); return(0, returndatasize). One
    /// byte follows that never runs: the kind.
    bytes14 private constant INIT_CODE = 0x5f5f5f5f335afa3d5f5f3e3d5ff3;

    /// @dev The hashes of the two init codes. The address of every deal and every result derives from them: whoever
    /// finds a deal (each call about a task, what is used of a request order, TEE brokers) computes it again. With
    /// another init code, by so much as a byte, all that was made before is out of reach, and the money in it locked.
    bytes32 private constant DEAL_INIT_CODE_HASH = keccak256(hex"5f5f5f5f335afa3d5f5f3e3d5ff300");
    bytes32 private constant RECEIPT_INIT_CODE_HASH = keccak256(hex"5f5f5f5f335afa3d5f5f3e3d5ff301");

    /// @dev Where the data waits: its length, then its words. They are 32 slots apart, as they were bytes in memory, so
    /// that one offset serves both. Transient, so it does not outlive the transaction.
    uint256 private constant STAGE_SLOT = uint256(keccak256("poco.transient.CodeStore"));

    /// @dev Stores `data` under `name`, and reads back that all of it is there. Calls only code that this library just
    /// created.
    function write(DataKind kind, bytes32 name, bytes memory data) internal {
        require(data.length <= MAX_LENGTH, IDataContracts.TooLongForCode(data.length, MAX_LENGTH));

        bytes32 initCode = bytes32(_initCode(kind));
        uint256 stage = STAGE_SLOT;
        uint256 available = gasleft();
        address created;
        bytes32 codeHash;
        // Safe: writes scratch space, transient slots of this library, and for a moment the last byte of the length of
        // `data`, which is where the code's STOP has to stand to be hashed.
        assembly ("memory-safe") {
            let end := add(mload(data), 0x20)
            for {
                let offset := 0
            } lt(offset, end) {
                offset := add(offset, 0x20)
            } {
                tstore(add(stage, offset), mload(add(data, offset)))
            }
            mstore(0, initCode)
            created := create2(0, 0, 15, name)
            tstore(stage, 0)
            let length := mload(data)
            mstore8(add(data, 0x1f), 0)
            codeHash := keccak256(add(data, 0x1f), add(length, 1))
            mstore(data, length)
        }
        // With too little gas a creation fails, or it succeeds without the code: {serve} ran out of the share of the
        // gas that it was handed, and the init code went on with what it had kept back. So the code itself is looked
        // at. A creation also fails where there is code already. Nothing else can go wrong: the init code and the first
        // byte of the code are ours, the length was checked, and at a depth of 1,024 calls there is no gas left either.
        if (created == address(0) || created.codehash != codeHash) {
            bool isTaken = created == address(0) && addressOf(kind, name).code.length > 0;
            require(!isTaken, IDataContracts.NameTaken(name));
            revert IDataContracts.CodeGasMissing(available, data.length);
        }
    }

    /// @dev Answers the init code of {write} and ends the call, if one is running. Does nothing otherwise.
    function serve() internal view {
        uint256 stage = STAGE_SLOT;
        // Safe: ends the call with memory as its answer.
        assembly ("memory-safe") {
            let length := tload(stage)
            if length {
                let end := add(length, 0x20)
                mstore(0, 0)
                for {
                    let offset := 0x20
                } lt(offset, end) {
                    offset := add(offset, 0x20)
                } {
                    mstore(sub(offset, 0x1f), tload(add(stage, offset)))
                }
                return(0, add(length, 1))
            }
        }
    }

    /// @dev Where the data of this kind and name is or will be, seen from the hub.
    function addressOf(DataKind kind, bytes32 name) internal view returns (address) {
        return addressIn(address(this), kind, name);
    }

    /// @dev Where a hub keeps the data of this kind and name.
    function addressIn(address hub, DataKind kind, bytes32 name) internal pure returns (address) {
        bytes32 initCodeHash = kind == DataKind.DEAL ? DEAL_INIT_CODE_HASH : RECEIPT_INIT_CODE_HASH;
        return Create2.computeAddress(name, initCodeHash, hub);
    }

    /// @dev The data at `location`, or nothing.
    function read(address location) internal view returns (bytes memory data) {
        return readStart(location, MAX_LENGTH);
    }

    /// @dev At most the first `most` bytes of the data at `location`, or nothing.
    function readStart(address location, uint256 most) internal view returns (bytes memory data) {
        uint256 size = location.code.length;
        if (size == 0) return data;

        uint256 length = Math.min(size - 1, most);
        data = new bytes(length);
        assembly ("memory-safe") {
            extcodecopy(location, add(data, 0x20), 1, length)
        }
    }

    function _initCode(DataKind kind) private pure returns (bytes15) {
        return bytes15(INIT_CODE) | (bytes15(bytes1(uint8(kind))) >> 112);
    }
}

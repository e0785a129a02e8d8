// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Create2} from "@openzeppelin/contracts/utils/Create2.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {IDataContracts} from "../interfaces/IDataContracts.sol";
import {MAX_CODE_SIZE} from "../types/Constants.sol";

/// @dev The kind of data. It is part of the address, so that data of one kind cannot pass for data of another kind of
/// the same name: callers choose names, and workers choose the contents of results.
/// @custom:value0 DEAL A deal, whose name is its deal id.
/// @custom:value1 RECEIPT The receipt of a task, whose name is its task id.
enum DataKind {
    DEAL,
    RECEIPT
}

/// @title CodeStore
/// @dev A store of data that never changes, as the code of contracts whose address follows from a name alone, so that
/// no slot has to hold a pointer. Writing 32 bytes costs 6,400 gas here and 22,100 in a storage slot; reading all of
/// the data costs 2,600.
///
/// {write} puts the data into transient storage and creates a contract. The init code, always the same for one kind of
/// data, calls the hub with empty calldata, and the hub answers with the data, by {serve}. The address depends on the
/// hub, the name and the init code. The code starts with STOP, so that nobody can execute the contents of a deal, and
/// so that no data is refused for its first byte (EIP-3541).
library CodeStore {
    /// @dev The greatest length of the data, without STOP.
    uint256 internal constant MAX_LENGTH = MAX_CODE_SIZE - 1;

    /// @dev staticcall(gas, caller, 0, 0, 0, 0); returndatacopy(0, 0, returndatasize); return(0, returndatasize). One
    /// byte follows that never runs: the kind.
    bytes14 private constant INIT_CODE = 0x5f5f5f5f335afa3d5f5f3e3d5ff3;

    /// @dev The hashes of the two init codes. The address of every deal and every result derives from them: each call
    /// about a task, the used volume of a request order and TEE brokers compute it. With another init code existing
    /// deals could not be found, and the money in them would be locked.
    bytes32 private constant DEAL_INIT_CODE_HASH = keccak256(hex"5f5f5f5f335afa3d5f5f3e3d5ff300");
    bytes32 private constant RECEIPT_INIT_CODE_HASH = keccak256(hex"5f5f5f5f335afa3d5f5f3e3d5ff301");

    /// @dev The transient slots of the data: the length, then the words. They are 32 slots apart, like bytes in memory,
    /// so that one offset serves both. They do not outlive the transaction.
    uint256 private constant STAGE_SLOT = uint256(keccak256("poco.transient.CodeStore"));

    /// @dev Stores `data` under `name`, and checks that all of it is stored. Calls only code that this library creates.
    function write(DataKind kind, bytes32 name, bytes memory data) internal {
        require(data.length <= MAX_LENGTH, IDataContracts.TooLongForCode(data.length, MAX_LENGTH));

        bytes32 initCode = bytes32(_initCode(kind));
        uint256 stage = STAGE_SLOT;
        uint256 available = gasleft();
        address created;
        bytes32 codeHash;
        // Safe: writes scratch space, transient slots of this library, and temporarily the last byte of the length of
        // `data`, where STOP has to be for hashing the code.
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
        // With too little gas the creation fails, or succeeds without the code: {serve} ran out of its share of the
        // gas, and the init code went on with the gas that it had kept back. So the hash of the code is checked. The
        // creation also fails where code exists already. It cannot fail for other reasons: the init code and the first
        // byte of the code are ours, the length is checked, and at a depth of 1,024 calls no gas is left either.
        if (created == address(0) || created.codehash != codeHash) {
            bool isTaken = created == address(0) && addressOf(kind, name).code.length > 0;
            require(!isTaken, IDataContracts.NameTaken(name));
            revert IDataContracts.CodeGasMissing(available, data.length);
        }
    }

    /// @dev Answers the init code of {write}, if one is running, and ends the call. Does nothing otherwise.
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

    /// @dev Returns the address of the data of this kind and name, which may not exist yet. For code that runs in the
    /// hub.
    function addressOf(DataKind kind, bytes32 name) internal view returns (address) {
        return addressIn(address(this), kind, name);
    }

    /// @dev Returns the address of the data of this kind and name of `hub`.
    function addressIn(address hub, DataKind kind, bytes32 name) internal pure returns (address) {
        bytes32 initCodeHash = kind == DataKind.DEAL ? DEAL_INIT_CODE_HASH : RECEIPT_INIT_CODE_HASH;
        return Create2.computeAddress(name, initCodeHash, hub);
    }

    /// @dev Returns the data at `location`, or empty.
    function read(address location) internal view returns (bytes memory data) {
        return readStart(location, MAX_LENGTH);
    }

    /// @dev Returns at most the first `most` bytes of the data at `location`, or empty.
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

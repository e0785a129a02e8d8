// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {settings} from "./Settings.sol";
import {Signatures} from "./Signatures.sol";
import {IContributions} from "../interfaces/IContributions.sol";
import {Deal} from "../types/Deal.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Authorization
/// @dev Who may bring a result: the one check behind contribute, contributeAndFinalize and pushResultBoost.
/// Calls ERC-1271 contracts of signers, with staticcall.
library Authorization {
    /// @dev Passes when `worker` is authorised for the task by the TEE broker, if there is one and an enclave is named,
    /// or else by the workerpool's owner, and when the enclave, if named, signed `statement`. A deal for enclaves needs
    /// one.
    function check(
        Deal memory deal,
        TaskId taskId,
        address worker,
        bytes32 statement,
        address enclaveChallenge,
        bytes calldata enclaveSign,
        bytes calldata authorizationSign
    ) internal view {
        address authorizer = deal.workerpool.owner;
        if (enclaveChallenge == address(0)) {
            require(!deal.tag.requiresTee(), IContributions.EnclaveRequired(taskId, deal.tag));
        } else {
            address broker = settings().teeBroker;
            if (broker != address(0)) authorizer = broker;
        }

        bytes32 permission = keccak256(abi.encodePacked(worker, taskId, enclaveChallenge));
        require(
            Signatures.isValid(authorizer, MessageHashUtils.toEthSignedMessageHash(permission), authorizationSign),
            IContributions.WorkerNotAuthorized(taskId, worker, authorizer)
        );
        require(
            enclaveChallenge == address(0) ||
                Signatures.isValid(enclaveChallenge, MessageHashUtils.toEthSignedMessageHash(statement), enclaveSign),
            IContributions.InvalidEnclaveSignature(taskId, enclaveChallenge)
        );
    }
}

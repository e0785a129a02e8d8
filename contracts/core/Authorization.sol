// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";

import {settings} from "./Settings.sol";
import {Signatures} from "./Signatures.sol";
import {IContributions} from "../interfaces/IContributions.sol";
import {Deal} from "../types/Deal.sol";
import {TaskId} from "../types/Ids.sol";

/// @title Authorization
/// @dev The permission of a worker to bring a result: the one check of contribute, contributeAndFinalize and
/// pushResultBoost. Calls ERC-1271 contracts of signers, with staticcall.
library Authorization {
    /// @dev Passes when `worker` is authorized for the task and the enclave, if one is named, signed `statement`. The
    /// TEE broker authorizes where one is set and an enclave is named; otherwise the owner of the workerpool does. A
    /// deal whose tag requires a TEE requires an enclave.
    function requireAuthorized(
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

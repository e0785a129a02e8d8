// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Market} from "../../../fixtures/Market.sol";
import {OrderOperation, RequestOrderOperation} from "../../../../contracts/types/Orders.sol";

contract VerifyPresignatureOrSignature_Unit_Test is Market {
    function testFuzz_WhenTheIdentityNeitherPresignedNorSigned(bytes32 hash, bytes calldata junk) external view {
        // It should be false.
        assertFalse(poco.verifyPresignatureOrSignature(requester.addr, hash, junk), "junk");
        assertFalse(poco.verifyPresignatureOrSignature(address(0), hash, junk), "zero");
        assertFalse(poco.verifyPresignatureOrSignature(requester.addr, hash, _sign(anyone, hash)), "anyone");
    }

    function testFuzz_WhenTheIdentityPresigned(bytes calldata junk) external {
        vm.prank(requester.addr);
        poco.manageRequestOrder(RequestOrderOperation(requestOrder, OrderOperation.SIGN, ""));
        bytes32 hash = signer.hashRequest(requestOrder);

        // It should be true with any signature.
        assertTrue(poco.verifyPresignatureOrSignature(requester.addr, hash, junk), "requester");
        assertFalse(poco.verifyPresignatureOrSignature(sponsor.addr, hash, junk), "sponsor");
    }

    function testFuzz_WhenTheIdentitySigned(bytes32 hash) external view {
        // It should be true.
        assertTrue(poco.verifyPresignatureOrSignature(requester.addr, hash, _sign(requester, hash)));
    }
}

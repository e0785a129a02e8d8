// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {EIP712Domain} from "../../../../contracts/types/Domain.sol";

contract Domain_Unit_Test is Base {
    function test_WhenAskedForTheDomain() external view {
        // It should be that of the orders on this hub and chain.
        check(block.chainid);
    }

    function testFuzz_WhenTheChainSplits(uint64 chainId) external {
        chainId = uint64(bound(chainId, 1, type(uint64).max));
        vm.chainId(chainId);

        // It should follow the chain id by itself.
        check(chainId);
        poco.updateDomainSeparator();
        check(chainId);
    }

    function test_WhenAskedForTheConstants() external view {
        // It should answer those of the protocol.
        assertEq(poco.contribution_deadline_ratio(), 7);
        assertEq(poco.reveal_deadline_ratio(), 2);
        assertEq(poco.final_deadline_ratio(), 10);
        assertEq(poco.workerpool_stake_ratio(), 30);
        assertEq(poco.kitty_ratio(), 10);
        assertEq(poco.kitty_min(), 1e9);
        assertEq(poco.kitty_address(), 0x99c2268479b93fDe36232351229815DF80837e23);
        assertEq(poco.groupmember_purpose(), 4);
        assertEq(poco.token(), address(rlc));
        assertEq(poco.callbackgas(), 200_000);
    }

    function check(uint256 chainId) private view {
        EIP712Domain memory domain = poco.domain();
        assertEq(domain.name, "iExecODB");
        assertEq(domain.version, "5.0.0");
        assertEq(domain.chainId, chainId);
        assertEq(domain.verifyingContract, address(poco));
        bytes32 separator = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("iExecODB"),
                keccak256("5.0.0"),
                chainId,
                address(poco)
            )
        );
        assertEq(poco.eip712domain_separator(), separator);
    }
}

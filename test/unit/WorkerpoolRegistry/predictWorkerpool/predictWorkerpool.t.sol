// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {IWorkerpoolRegistry} from "../../../../contracts/interfaces/IWorkerpoolRegistry.sol";
import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract PredictWorkerpool_Unit_Test is RegistryFixture {
    function test_RevertWhen_TheFieldsDoNotFitInContractCode() external {
        bytes memory text = new bytes(24_532 - 0);

        vm.expectRevert(abi.encodeWithSelector(IRegistry.AssetTooLarge.selector, 24_532, 24_531));
        workerpools.predictWorkerpool(alice, string(text));
    }

    function test_GivenTheWorkerpoolExists() external {
        address workerpool = workerpools.createWorkerpool(alice, "d");

        // It should be where the workerpool is.
        assertEq(workerpools.predictWorkerpool(alice, "d"), workerpool);
    }

    function test_WhenAnythingAboutTheWorkerpoolDiffers() external {
        address workerpool = workerpools.predictWorkerpool(alice, "d");

        // It should be somewhere else.
        assertNotEq(workerpools.predictWorkerpool(bob, "d"), workerpool, "owner");
        assertNotEq(workerpools.predictWorkerpool(alice, "x"), workerpool, "description");
        assertNotEq(workerpools.predictWorkerpool(alice, ""), workerpool, "empty description");
        IWorkerpoolRegistry other = newWorkerpoolRegistry();
        assertNotEq(other.predictWorkerpool(alice, "d"), workerpool, "registry");
    }
}
